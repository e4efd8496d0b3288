using Versioning.Gates;
using Versioning.Journal;

namespace Versioning.Commits;

/// <summary>What it takes to publish a draft, or to find that its latest version is the same already.</summary>
internal sealed class DraftProposal(VersionDraft draft, CommitConditions conditions, VersionFacts facts, CommitOptions options, DateTimeOffset created)
{
    private VersionRecord? _record;

    /// <summary>The number in the state that it was proposed for last.</summary>
    internal long Number { get; private set; }

    /// <summary>Whether the latest version is the same.</summary>
    internal bool IsUnchanged { get; private set; }

    /// <summary>The exact version in the state that it was proposed for last.</summary>
    internal ArtifactPin Pin { get; private set; } = null!;

    /// <summary>Adds what publishes it to the operations of an entry on that state; nothing where all is there.</summary>
    internal async Task AddAsync(StoreState now, List<JournalOperation> operations, CancellationToken cancellationToken)
    {
        ArtifactState artifact = now.Find(draft.Artifact) ?? ArtifactState.Empty;
        PublishedVersion? latest = artifact.Latest;
        VersionRecord record = _record ??= Record(latest);
        IsUnchanged = latest is not null && await draft.IsSameAsync(latest, record, cancellationToken).ConfigureAwait(false);
        conditions.CheckLatest(latest, IsUnchanged);
        Number = IsUnchanged ? latest!.Number : artifact.Versions.Count + 1;
        Digest digest = latest?.Digest ?? default;
        if (!IsUnchanged)
        {
            PublishOperation publish = draft.Publish(Number, record);
            digest = VersionRecord.DigestOf(publish.Record.Span);
            operations.Add(publish);
        }

        Pin = new ArtifactPin(draft.Artifact, Number, digest);
        SignOperation? signed = IsUnchanged
            ? await draft.SignAsync(now, latest!, cancellationToken).ConfigureAwait(false)
            : await draft.SignAsync(now, Pin, cancellationToken).ConfigureAwait(false);
        if (signed is not null)
        {
            operations.Add(signed);
        }

        conditions.AddNames(operations, artifact, Number);
        if (options.Alias is { } alias && operations.OfType<AliasOperation>().Any(move => move.Artifact == draft.Artifact))
        {
            await draft.CheckGateAsync(now, alias, IsUnchanged ? latest : null, record, signed is not null, cancellationToken).ConfigureAwait(false);
        }
    }

    private VersionRecord Record(PublishedVersion? latest)
    {
        ArtifactKind kind = options.Kind ?? latest?.Kind ?? (draft.Artifact.StartsWith("models/", StringComparison.Ordinal) ? ArtifactKind.Model : ArtifactKind.Dataset);
        return facts.Record(draft.Artifact, kind, draft.Root!.Value, created);
    }
}
