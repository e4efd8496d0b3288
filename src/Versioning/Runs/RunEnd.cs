using Versioning.Commits;
using Versioning.Journal;
using Versioning.Storage;

namespace Versioning.Runs;

/// <summary>
/// The one entry that ends a run: publishes what it made and, as the last version, the run itself. Who finds that the
/// run is not open any more was declared lost, and publishes nothing.
/// </summary>
/// <param name="target">The store.</param>
/// <param name="id">The run's id.</param>
/// <param name="name">Its name.</param>
/// <param name="folder">The files that it leaves.</param>
/// <param name="outputs">What it made.</param>
internal sealed class RunEnd(CommitTarget target, UInt128 id, string name, RunFolder folder, IReadOnlyList<RunOutput> outputs)
{
    /// <summary>The code of the exception that says so.</summary>
    internal const string LostCode = "run_lost";

    private readonly VersionDraft _draft = new(target, name, folder.Path, new CommitOptions(), folder.Root);

    /// <param name="facts">What run and outputs record.</param>
    /// <param name="record">What the run did; its outputs are put in.</param>
    /// <param name="also">More for the same entry, asked anew on every newer state; null: nothing.</param>
    /// <param name="cancellationToken">Ends the attempt: nothing is published, and the run stays open.</param>
    /// <returns>The run.</returns>
    internal async Task<ArtifactPin> RunAsync(
        VersionFacts facts, RunRecord record, Func<StoreState, Task<IReadOnlyList<JournalOperation>>>? also, CancellationToken cancellationToken)
    {
        target.Objects.RequireWritable();
        StoreState state = await target.Journal.FoldAsync(cancellationToken).ConfigureAwait(false);
        RequireOpen(state);
        await _draft.IngestAsync(state, null, cancellationToken).ConfigureAwait(false);
        var pin = new ArtifactPin(name, 0, default);
        for (int attempt = 0; attempt < CommitOperation.MaxIngests; attempt++)
        {
            // Anew: a patch that was overtaken is another version now.
            DraftProposal[] proposals = [.. outputs.Select(output => output.Propose(facts, record.Ended))];
            List<RunOutput> gone = [];
            bool isOwnGone = false;
            async Task<IReadOnlyList<JournalOperation>?> Propose(StoreState now)
            {
                state = now;
                RequireOpen(now);
                (gone, isOwnGone) = (await GoneAsync(now, cancellationToken).ConfigureAwait(false), !await _draft.IsValidAsync(now, cancellationToken).ConfigureAwait(false));
                if (gone.Count > 0 || isOwnGone)
                {
                    return null;
                }

                var operations = new List<JournalOperation>();
                foreach ((RunOutput output, DraftProposal proposal) in outputs.Zip(proposals))
                {
                    output.CheckAgain(now);
                    await proposal.AddAsync(now, operations, cancellationToken).ConfigureAwait(false);
                }

                long number = (now.Find(name)?.Versions.Count ?? 0) + 1;
                VersionRecord own = facts.Record(name, ArtifactKind.Run, _draft.Root!.Value, record.Ended, record with { Outputs = [.. proposals.Select(proposal => proposal.Pin)] });
                PublishOperation publish = _draft.Publish(number, own);
                operations.Add(publish);
                pin = new ArtifactPin(name, number, VersionRecord.DigestOf(publish.Record.Span));
                if (await _draft.SignAsync(now, pin, cancellationToken).ConfigureAwait(false) is { } signed)
                {
                    operations.Add(signed);
                }

                operations.AddRange(also is null ? [] : await also(now).ConfigureAwait(false));
                return operations;
            }

            await target.Journal.AppendAsync(facts.Author, Propose, cancellationToken).ConfigureAwait(false);
            if (gone.Count == 0 && !isOwnGone)
            {
                foreach (VersionDraft draft in outputs.Select(output => output.Draft).Append(_draft))
                {
                    draft.Published();
                }

                return pin;
            }

            foreach (RunOutput output in gone)
            {
                await output.IngestAsync(state, null, cancellationToken).ConfigureAwait(false);
            }

            if (isOwnGone)
            {
                await _draft.IngestAsync(state, null, cancellationToken).ConfigureAwait(false);
            }
        }

        throw new ConflictException(CommitOperation.ContendedCode, $"The end of {name} was overtaken {CommitOperation.MaxIngests} times by what collects in {target.Objects.Location}.", "Try again.");
    }

    private async Task<List<RunOutput>> GoneAsync(StoreState now, CancellationToken cancellationToken)
    {
        var gone = new List<RunOutput>();
        foreach (RunOutput output in outputs)
        {
            if (!await output.Draft.IsValidAsync(now, cancellationToken).ConfigureAwait(false))
            {
                gone.Add(output);
            }
        }

        return gone;
    }

    private void RequireOpen(StoreState state)
    {
        if (!state.Runs.Open.ContainsKey(id))
        {
            throw new ConflictException(LostCode, $"The run {RunText.Of(id)} of {name} is not open any more: it was declared lost, or has ended.", "Nothing was published. See 'vers audit' for who did that and when.");
        }
    }
}
