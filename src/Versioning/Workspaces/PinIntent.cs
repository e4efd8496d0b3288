namespace Versioning.Workspaces;

/// <summary>What <c>versions.json</c> says of one pin.</summary>
/// <param name="Name">What it is called in the workspace; mostly the artifact's name.</param>
/// <param name="Artifact">The artifact.</param>
/// <param name="Selector">Which version is meant, such as <c>production</c> or <c>3</c>; empty: the latest.</param>
/// <param name="Path">The folder that it goes to, relative to the workspace, <c>/</c>-separated; null: it has none there, only builds restore it.</param>
/// <param name="Include">Globs of the paths that are wanted; empty: all.</param>
internal sealed record PinIntent(string Name, string Artifact, string Selector, string? Path, IReadOnlyList<string> Include)
{
    /// <summary>The reference, such as <c>models/churn@production</c>.</summary>
    internal string Requested => Selector.Length == 0 ? Artifact : $"{Artifact}@{Selector}";

    /// <inheritdoc/>
    public override string ToString() => Include.Count == 0 ? Requested : $"{Requested} ({string.Join(' ', Include)})";
}
