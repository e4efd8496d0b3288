using System.Buffers;
using System.Globalization;
using Versioning.Journal;

namespace Versioning;

/// <summary>The grammar of names and references, and what a reference means in a state.</summary>
internal static class References
{
    internal const string RunPrefix = "runs/";

    private const int MinDigestDigits = 12;

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    internal static bool IsArtifactName(string name)
    {
        if (name.Length is 0 or > 200)
        {
            return false;
        }

        foreach (Range segment in name.AsSpan().Split('/'))
        {
            if (!IsLabel(name.AsSpan(segment)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether a name is that of runs: those are published by their end only.</summary>
    internal static bool IsRunName(string name) => name.StartsWith(RunPrefix, StringComparison.Ordinal);

    /// <summary>The full name of runs, which may be given without its prefix.</summary>
    internal static string RunName(string name) => IsRunName(name) ? name : RunPrefix + name;

    internal static void CheckArtifactName(string name)
    {
        if (!IsArtifactName(name))
        {
            throw new VersioningException("invalid_name", $"'{name}' is not the name of an artifact.", "Use ASCII letters, digits, '.', '_' and '-', in segments separated by '/', such as datasets/reviews.");
        }
    }

    /// <summary>Whether a tag or an alias may be called so.</summary>
    internal static bool IsVersionLabel(string label) =>
        label.Length <= 100 && label != "latest" && IsLabel(label) && label.AsSpan().ContainsAnyExceptInRange('0', '9');

    /// <summary>Tags and aliases share one name space in an artifact, and neither may look like a number or a digest.</summary>
    internal static void CheckLabel(string label, string what)
    {
        if (label == "latest")
        {
            throw new VersioningException("invalid_name", "'latest' is built in: it always names the newest version.", $"Choose another {what}.");
        }

        if (!IsVersionLabel(label))
        {
            throw new VersioningException("invalid_name", $"'{label}' can't be a {what}.", "Use ASCII letters, digits, '.', '_' and '-', not digits alone: those are numbers of versions.");
        }
    }

    /// <summary>The tag, alias, number or digest that a reference names within its artifact; null: none.</summary>
    internal static string? SelectorOf(ArtifactReference reference) => Parse(reference.ToString()).Selector;

    /// <summary>Refuses what is no reference, whatever there is.</summary>
    internal static void Check(ArtifactReference reference) => _ = Parse(reference.ToString());

    /// <summary>The version that a reference means.</summary>
    /// <exception cref="NotFoundException">It means none.</exception>
    internal static (string Artifact, PublishedVersion Version) Resolve(StoreState state, ArtifactReference reference) => Resolve(state, reference, evenRetired: false);

    /// <inheritdoc cref="Resolve(StoreState, ArtifactReference)"/>
    internal static (string Artifact, PublishedVersion Version) Resolve(StoreState state, ArtifactReference reference, bool evenRetired)
    {
        string text = reference.ToString();
        (string name, string? selector, Digest? exact) = Parse(text);
        if (state.Find(name) is not { } artifact)
        {
            throw NoArtifact(state, name);
        }

        PublishedVersion version = Select(name, artifact, selector);
        if (exact is { } digest && version.Digest != digest)
        {
            throw new IntegrityException("pin_mismatch", $"'{text}' does not match: {name}@{version.Number} is {version.Digest}.", "The pin was made in another store or was edited. One in versions.lock is locked anew by 'vers pin'.");
        }

        return version.Retired && !evenRetired
            ? throw Retired(name, version.Number)
            : (name, version);
    }

    /// <summary>The exact versions that references mean.</summary>
    /// <exception cref="NotFoundException">One means none.</exception>
    internal static ArtifactPin[] ResolvePins(StoreState state, IEnumerable<ArtifactReference> references) =>
        [.. references.Select(reference => Resolve(state, reference)).Select(found => new ArtifactPin(found.Artifact, found.Version.Number, found.Version.Digest))];

    /// <summary>The version that an exact reference means, where the state knows it; null where newer entries have to be asked.</summary>
    /// <remarks>What a digest names never changes, so the state may be an old one.</remarks>
    internal static (string Artifact, PublishedVersion Version)? ResolvePin(StoreState state, ArtifactReference reference)
    {
        (string name, string? selector, Digest? exact) = Parse(reference.ToString());
        return exact is { } digest && long.TryParse(selector, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            && state.Find(name)?.Live(number) is { } version && version.Digest == digest
            ? (name, version)
            : null;
    }

    /// <summary>That there is none of that name, and which one may have been meant: one that is spelt nearly so, or that ends so.</summary>
    internal static NotFoundException NoArtifact(StoreState state, string name)
    {
        IEnumerable<string> names = state.Artifacts.Select(artifact => artifact.Key);
        string? near = Spelling.Nearest(name, names) ?? names.FirstOrDefault(known => known.EndsWith($"/{name}", StringComparison.Ordinal));
        return new("artifact_not_found", $"There is no artifact '{name}' in the store.", $"{(near is null ? "" : $"Did you mean '{near}'? ")}List what there is with 'vers ls'.");
    }

    internal static NotFoundException Retired(string artifact, long number) =>
        new("version_retired", $"{artifact}@{number} was retired.", "See 'vers audit' for who retired it and when.");

    private static (string Name, string? Selector, Digest? Exact) Parse(string text)
    {
        string rest = text;
        Digest? exact = null;
        int hash = text.IndexOf('#', StringComparison.Ordinal);
        if (hash >= 0)
        {
            rest = text[..hash];
            if (!text.AsSpan(hash + 1).StartsWith("sha256:") || !Digest.TryParse(text.AsSpan(hash + 1), out Digest digest))
            {
                throw Invalid(text, "after '#' a pin has 'sha256:' and 64 hexadecimal digits");
            }

            exact = digest;
        }

        int at = rest.IndexOf('@', StringComparison.Ordinal);
        string name = at < 0 ? rest : rest[..at];
        string? selector = at < 0 ? null : rest[(at + 1)..];
        return IsArtifactName(name) && selector != "" ? (name, selector, exact) : throw Invalid(text, "it has the form name, name@7, name@tag, name@alias, name@sha256:… or name@7#sha256:…");
    }

    private static PublishedVersion Select(string name, ArtifactState artifact, string? selector)
    {
        if (selector is null or "latest")
        {
            return artifact.Latest ?? throw new NotFoundException("version_not_found", $"Every version of '{name}' was retired.");
        }

        if (!selector.AsSpan().ContainsAnyExceptInRange('0', '9'))
        {
            return long.TryParse(selector, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && artifact.Find(number) is { } numbered
                ? numbered
                : throw new NotFoundException("version_not_found", $"There is no {name}@{selector}; the newest is {artifact.Versions.Count}.", $"See 'vers log {name}'.");
        }

        if (selector.StartsWith("sha256:", StringComparison.Ordinal))
        {
            return ByDigest(name, artifact, selector);
        }

        return artifact.Tags.TryGetValue(selector, out long named) || artifact.Aliases.TryGetValue(selector, out named)
            ? artifact.Find(named)!
            : throw new NotFoundException("version_not_found", $"'{name}' has no tag or alias '{selector}'.", $"See 'vers log {name}'.");
    }

    private static PublishedVersion ByDigest(string name, ArtifactState artifact, string selector)
    {
        string digits = selector[7..];
        if (digits.Length is < MinDigestDigits or > 2 * Digest.Size || !digits.All(char.IsAsciiHexDigit))
        {
            throw Invalid($"{name}@{selector}", $"a digest has {MinDigestDigits} to {2 * Digest.Size} hexadecimal digits");
        }

        PublishedVersion[] found = [.. artifact.Versions.Where(v => v.Digest.ToHex().StartsWith(digits, StringComparison.OrdinalIgnoreCase))];
        return found.Length switch
        {
            1 => found[0],
            0 => throw new NotFoundException("version_not_found", $"No version of '{name}' has a digest that begins with {digits}.", $"See 'vers log {name}'."),
            // The same record can be published twice only by copying; then both are the same version.
            _ => found.All(v => v.Digest == found[0].Digest) ? found[0] : throw Invalid($"{name}@{selector}", "several versions begin so; give more digits"),
        };
    }

    private static VersioningException Invalid(string text, string why) =>
        new("invalid_reference", $"'{text}' is not a reference to a version: {why}.");

    private static bool IsLabel(ReadOnlySpan<char> label) =>
        label.Length > 0 && label[0] is not ('.' or '-') && !label.ContainsAnyExcept(NameCharacters);
}
