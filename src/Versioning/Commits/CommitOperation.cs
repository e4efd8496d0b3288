using Versioning.Cards;
using Versioning.Files;
using Versioning.Journal;
using Versioning.Signing;
using Versioning.Storage;

namespace Versioning.Commits;

/// <summary>One commit: ingest, then publish by the writer's steps; ingest again only where a reference became invalid.</summary>
internal sealed class CommitOperation(CommitTarget target, string artifact, CommitOptions options)
{
    internal const int MaxIngests = 5;

    /// <summary>The code of the exception that says that there were as many.</summary>
    internal const string ContendedCode = "commit_contended";

    private readonly CommitConditions _conditions = new(artifact, options);

    /// <returns>The number of the version, whether it was there before, bytes added.</returns>
    internal async Task<(long Number, bool Unchanged, long StoredBytes)> RunAsync(string path, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        target.Objects.RequireWritable();
        _conditions.CheckOptions();
        StoreState state = await target.Journal.FoldAsync(cancellationToken).ConfigureAwait(false);
        _conditions.Check(state);
        new VersionSigner(target.Packs, target.Settings.Signer).Check(state, artifact, options.Sign);
        VersionFacts facts = Facts(state, path);
        var draft = new VersionDraft(target, artifact, path, options);
        for (int attempt = 0; attempt < MaxIngests; attempt++)
        {
            await draft.IngestAsync(state, progress, cancellationToken).ConfigureAwait(false);
            var proposal = new DraftProposal(draft, _conditions, facts, options, target.Settings.Time.GetUtcNow());
            bool restart = false;
            async Task<IReadOnlyList<JournalOperation>?> Propose(StoreState now)
            {
                _conditions.Check(now);
                state = now;
                restart = !await draft.IsValidAsync(now, cancellationToken).ConfigureAwait(false);
                if (restart)
                {
                    return null;
                }

                var operations = new List<JournalOperation>();
                await proposal.AddAsync(now, operations, cancellationToken).ConfigureAwait(false);
                return operations.Count > 0 ? operations : null;
            }

            AppendedEntry? entry = await target.Journal.AppendAsync(facts.Author, Propose, cancellationToken).ConfigureAwait(false);
            if (!restart)
            {
                draft.Published();
                return (proposal.Number, proposal.IsUnchanged, draft.StoredBytes + (entry?.Length ?? 0));
            }
        }

        throw new ConflictException(ContendedCode, $"The commit of '{artifact}' was overtaken {MaxIngests} times.", "Try again when fewer writers patch the same artifact.");
    }

    private VersionFacts Facts(StoreState state, string path)
    {
        ArtifactPin[] inputs = References.ResolvePins(state, options.Inputs);
        CodeCommit? code = !options.RecordCode ? null : options.Code ?? GitCheckout.Find(path) ?? GitCheckout.Find(Environment.CurrentDirectory);
        return new VersionFacts(
            options.Author ?? Authors.Of(target.Settings),
            options.Message,
            code,
            inputs,
            VersionFacts.Sorted(options.Parameters),
            VersionFacts.Sorted(options.Metrics),
            VersionFacts.Sorted(Card.Metadata(options)));
    }
}
