using System.Collections.Generic;

namespace Versioning.Workspaces;

/// <summary>One pin as the text of a lock has it; nothing here is checked against a store.</summary>
/// <remarks>Also compiled into the generator; see <see cref="LockText"/>.</remarks>
internal sealed class LockedPin
{
    public LockedPin(string name, int line) => (Name, Line) = (name, line);

    /// <summary>What the pin is called in the workspace.</summary>
    public string Name { get; }

    /// <summary>The line of its head, from 1.</summary>
    public int Line { get; }

    /// <summary>What was asked for, such as <c>models/churn@production</c>.</summary>
    public string Requested { get; set; } = "";

    /// <summary>The number of the version.</summary>
    public long Number { get; set; }

    /// <summary>The digest of the version: <c>sha256:</c> and 64 lower-case hexadecimal digits.</summary>
    public string Digest { get; set; } = "";

    /// <summary>The line of the digest, from 1.</summary>
    public int DigestLine { get; set; }

    /// <summary>The digest of its manifest, in the same form.</summary>
    public string Manifest { get; set; } = "";

    /// <summary>How many files it has.</summary>
    public long Files { get; set; }

    /// <summary>How many bytes they have.</summary>
    public long Bytes { get; set; }

    /// <summary>Globs of the paths that are wanted; empty: all.</summary>
    public IReadOnlyList<string> Include { get; set; } = new List<string>();

    /// <summary>The artifact: what was asked for without the selector.</summary>
    public string Artifact => Requested.IndexOf('@') is var at and >= 0 ? Requested.Substring(0, at) : Requested;
}
