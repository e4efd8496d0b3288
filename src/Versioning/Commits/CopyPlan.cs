using Versioning.Journal;

namespace Versioning.Commits;

/// <summary>A version that is to be copied, with its record as it is stored.</summary>
internal sealed record PlannedCopy(string Artifact, PublishedVersion Version, ReadOnlyMemory<byte> Bytes, VersionRecord Record)
{
    internal ArtifactPin Pin => new(Artifact, Version.Number, Version.Digest);
}

/// <summary>Which versions are copied, each after those that it was made from.</summary>
internal sealed class CopyPlan(JournalLog journal, StoreState state, string location)
{
    private readonly HashSet<(string, Digest)> _seen = [];
    private readonly List<PlannedCopy> _order = [];

    internal async Task<IReadOnlyList<PlannedCopy>> MakeAsync(IEnumerable<ArtifactReference> references, bool withInputs, CancellationToken cancellationToken)
    {
        foreach (ArtifactReference reference in references)
        {
            (string artifact, PublishedVersion version) = References.Resolve(state, reference);
            if (version.Kind == ArtifactKind.Run)
            {
                throw new VersioningException("run_stays", $"{artifact}@{version.Number} is a run: it stays in the store that saw it start.", "Copy what it made; to have the runs too, use 'vers mirror'.");
            }

            await AddAsync(artifact, version, withInputs, cancellationToken).ConfigureAwait(false);
        }

        return _order;
    }

    private async Task AddAsync(string artifact, PublishedVersion version, bool withInputs, CancellationToken cancellationToken)
    {
        // A lineage can be long: no recursion.
        var pending = new Stack<(PlannedCopy Copy, bool InputsAdded)>();
        await PushAsync(artifact, version).ConfigureAwait(false);
        while (pending.TryPop(out (PlannedCopy Copy, bool InputsAdded) next))
        {
            if (next.InputsAdded || !withInputs)
            {
                _order.Add(next.Copy);
                continue;
            }

            pending.Push(next with { InputsAdded = true });
            foreach (ArtifactPin input in next.Copy.Record.Inputs)
            {
                // The number may be that of another store.
                PublishedVersion found = state.Find(input.Artifact)?.Versions.FindLast(v => v.Digest == input.Digest && !v.Retired)
                    ?? throw new NotFoundException("input_not_found", $"{next.Copy.Pin} was made from {input}, which is not in {location} or was retired.", "Copy it without its inputs: its record names them all the same.");
                await PushAsync(input.Artifact, found).ConfigureAwait(false);
            }
        }

        async ValueTask PushAsync(string name, PublishedVersion found)
        {
            if (_seen.Add((name, found.Digest)))
            {
                ReadOnlyMemory<byte> bytes = await journal.ReadRecordBytesAsync(name, found, cancellationToken).ConfigureAwait(false);
                pending.Push((new PlannedCopy(name, found, bytes, VersionRecord.Decode(bytes, $"The record of {name}@{found.Number}")), false));
            }
        }
    }
}
