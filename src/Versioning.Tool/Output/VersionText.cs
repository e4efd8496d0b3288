using System.Globalization;

namespace Versioning.Tool.Output;

/// <summary>Versions, files, changes and records as text, the same everywhere.</summary>
internal static class VersionText
{
    internal const int ShortDigest = 12;

    /// <summary>Everything about one version.</summary>
    internal static IEnumerable<string> Lines(ArtifactVersion version)
    {
        yield return version.Pin.ToString();
        yield return $"  {VersionJson.Kind(version.Kind)} · {Human.Count(version.FileCount, "file")} · {Human.Bytes(version.ByteCount)} · content {version.Content}";
        yield return $"  {version.Created:yyyy-MM-dd HH:mm:ss} UTC by {version.Author}";
        string head = "message";
        foreach (string line in version.Message.Split('\n', StringSplitOptions.TrimEntries).SkipWhile(line => line.Length == 0))
        {
            yield return $"  {head,-8} {line}";
            head = "";
        }

        if (version.Tags.Count + version.Aliases.Count > 0)
        {
            yield return $"  names    {string.Join(", ", version.Tags.Concat(version.Aliases))}";
        }

        if (version.Code is { } code)
        {
            yield return $"  code     {(code.Url is null ? "" : $"{code.Url} ")}{code.Commit} {code.Branch}{(code.IsDirty ? " (dirty)" : "")}";
        }

        if (version.MadeBy is { } run)
        {
            yield return $"  run      {run}";
        }

        foreach (VersionSignature signature in version.Signatures)
        {
            yield return $"  signed   {Signature(signature)}";
        }

        foreach (ArtifactPin input in version.Inputs)
        {
            yield return $"  from     {input}";
        }

        foreach ((string name, string value) in version.Parameters)
        {
            yield return $"  param    {name} = {value}";
        }

        foreach ((string name, double value) in version.Metrics)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"  metric   {name} = {value:R}");
        }

        foreach ((string name, string value) in version.Metadata)
        {
            yield return $"  meta     {name} = {value}";
        }

        foreach (string line in version.Run is { } did ? RunText.Lines(did) : [])
        {
            yield return line;
        }
    }

    internal static string Signature(VersionSignature signature) =>
        $"by '{signature.KeyName}' ({signature.KeyId}) in entry {signature.Sequence}{(signature.IsRevoked ? ", revoked since" : "")}";

    /// <summary>A version in a list of versions.</summary>
    internal static Field[] Summary(ArtifactVersion version)
    {
        string names = string.Join(", ", version.Tags.Concat(version.Aliases));
        string name = $"{version.Artifact}@{version.Number}";
        return
        [
            new(name, Color: ConsoleColor.Yellow),
            new(version.Digest.ToString(), version.Digest.ToHex()[..ShortDigest]),
            new(Time(version.Created)),
            new(version.Author),
            new(names, names.Length > 0 ? $"({names})" : "", Color: ConsoleColor.Green),
            new(version.Message, version.Message.Split('\n')[0]),
        ];
    }

    internal static Field[] Artifact(ArtifactSummary artifact) =>
    [
        new(artifact.Latest.ToString(), $"{artifact.Name}@{artifact.Latest.Number}", Color: ConsoleColor.Yellow),
        new(artifact.VersionCount.ToString(CultureInfo.InvariantCulture), Human.Count(artifact.VersionCount, "version")),
    ];

    internal static Field[] File(FileEntry file) =>
    [
        new(file.Sha256.ToHex(), file.Sha256.ToHex()[..ShortDigest]),
        new(file.Size.ToString(CultureInfo.InvariantCulture), Human.Bytes(file.Size), Width: 9),
        new(VersionJson.Kind(file.Kind), file.Kind == FileKind.File ? "" : VersionJson.Kind(file.Kind), Width: -10),
        new(file.Path),
    ];

    internal static Field[] Change(FileChange change)
    {
        (string letter, ConsoleColor color) = change.Kind switch
        {
            FileChangeKind.Added => ("A", ConsoleColor.Green),
            FileChangeKind.Removed => ("D", ConsoleColor.Red),
            _ => ("M", ConsoleColor.Yellow),
        };
        return [new(letter, Color: color), new(change.Path, Color: color)];
    }

    /// <summary>A difference within a file, below its path; elsewhere than on a terminal its first field is empty.</summary>
    internal static Field[] Change(ContentChange change)
    {
        ConsoleColor? color = change.Kind switch
        {
            FileChangeKind.Added => ConsoleColor.Green,
            FileChangeKind.Removed => ConsoleColor.Red,
            FileChangeKind.Modified => ConsoleColor.Yellow,
            _ => null,
        };
        return [new("", Width: 1), new(change.ToString(), Color: color)];
    }

    internal static Field[] Finding(Finding finding)
    {
        ConsoleColor color = finding.Status switch
        {
            FindingStatus.Failed => ConsoleColor.Red,
            FindingStatus.Warning => ConsoleColor.Yellow,
            _ => ConsoleColor.Green,
        };
        return [new(VersionJson.Status(finding.Status), Width: -7, Color: color), new(finding.Check, Width: -10), new(finding.Found)];
    }

    /// <param name="record">The operation.</param>
    /// <param name="keys">Those that the store trusts or did: anybody can write that another one signed.</param>
    internal static Field[] Record(AuditRecord record, IReadOnlyList<TrustedKey> keys) =>
    [
        new(record.Sequence.ToString(CultureInfo.InvariantCulture), Width: 6),
        new(Time(record.Time)),
        new(record.Author),
        new(record.Description),
        new(record.Tool, $"[{record.Tool}]"),
        .. record.SignedBy is { } key ? [new Field($"signed by {key}{(keys.Any(k => k.Id == key && k.Since <= record.Sequence && !(k.Revoked < record.Sequence)) ? "" : ", not trusted")}")] : (Field[])[],
    ];

    internal static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
