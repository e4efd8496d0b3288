namespace Versioning.Journal;

/// <summary>What the pins in records mean here: what was copied from another store has another number there.</summary>
internal sealed class KnownPins(StoreState state)
{
    /// <summary>Made once a number does not tell: few stores have such pins.</summary>
    private readonly Lazy<Dictionary<(string Artifact, Digest Digest), long>> _numbers = new(() =>
    {
        var numbers = new Dictionary<(string, Digest), long>();
        foreach ((string artifact, ArtifactState known) in state.Artifacts)
        {
            foreach (PublishedVersion version in known.Versions)
            {
                numbers.TryAdd((artifact, version.Digest), version.Number);
            }
        }

        return numbers;
    });

    /// <summary>The exact version of a number that the state knows, or null.</summary>
    internal ArtifactPin? Of(string artifact, long number) =>
        state.Find(artifact)?.Find(number) is { } version ? new ArtifactPin(artifact, number, version.Digest) : null;

    /// <summary>The number here of the version that a pin names; null: it names one of another store.</summary>
    internal long? NumberOf(ArtifactPin pin)
    {
        if (state.Find(pin.Artifact) is not { } artifact)
        {
            return null;
        }

        return artifact.Find(pin.Number)?.Digest == pin.Digest ? pin.Number
            : _numbers.Value.TryGetValue((pin.Artifact, pin.Digest), out long number) ? number
            : null;
    }
}
