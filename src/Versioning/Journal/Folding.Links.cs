using System.Collections.Immutable;

namespace Versioning.Journal;

/// <content>What versions were made from. Only what was published before is known, so no version comes from itself.</content>
internal static partial class Folding
{
    /// <summary>The versions of pins; one that names nothing here, as after a copy, has none.</summary>
    private static ImmutableArray<VersionKey> Known(StoreState state, IReadOnlyList<ArtifactPin> pins) =>
        pins.Count == 0 ? [] : [.. pins.Select(pin => Known(state, pin)).OfType<VersionKey>().Distinct()];

    private static VersionKey? Known(StoreState state, ArtifactPin pin) =>
        state.Artifacts.TryGetKey(pin.Artifact, out string name) && state.Artifacts[name].Find(pin.Number)?.Digest == pin.Digest
            ? new VersionKey(name, pin.Number)
            : null;
}
