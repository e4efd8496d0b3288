using System.Collections.Immutable;
using Versioning.Packs;

namespace Versioning.Journal;

/// <summary>Applies entries to a state. An entry that does not follow, or decides what can't hold, is never skipped: the journal is damaged.</summary>
internal static partial class Folding
{
    internal static StoreState Apply(this StoreState state, JournalEntry entry, Digest hash)
    {
        if (entry.Sequence != state.Sequence + 1 || entry.Previous != state.Head)
        {
            throw new IntegrityException(
                "journal_broken",
                $"Journal entry {entry.Sequence} does not follow entry {state.Sequence}: it names {entry.Previous} as the entry before, not {state.Head}.",
                "The journal was tampered with or mixed with another store's.");
        }

        KnownKey? signer = SignerOf(state, entry);
        foreach (JournalOperation operation in entry.Operations)
        {
            state = operation switch
            {
                PublishOperation publish => Publish(state, publish, entry.Sequence),
                TagOperation tag => Tag(state, tag, entry.Sequence),
                AliasOperation alias => Move(state, alias, entry.Sequence),
                RetireOperation retire => Retire(state, retire, entry.Sequence),
                RunOperation run => Start(state, run, entry.Sequence),
                PolicyOperation policy => Decide(state, policy, signer, entry.Sequence),
                KeyOperation key => Change(state, key, signer, entry.Sequence),
                SignOperation sign => Sign(state, sign, signer, entry.Sequence),
                DemandOperation demand => Demand(state, demand, signer, entry.Sequence),
                CondemnOperation condemn => state with { Gone = state.Gone.Union(condemn.Objects) },
                RelocateOperation relocate => state with { Moved = state.Moved.SetItems(relocate.Moves), Gone = state.Gone.Union(relocate.Gone) },
                _ => throw new InvalidOperationException($"No rule folds {operation.GetType().Name}."),
            };
        }

        return state with { Sequence = entry.Sequence, Head = hash };
    }

    private static StoreState Publish(StoreState state, PublishOperation publish, long sequence)
    {
        Require(References.IsArtifactName(publish.Artifact), sequence, $"publishes an artifact with the name '{publish.Artifact}'");
        ArtifactState artifact = state.Find(publish.Artifact) ?? ArtifactState.Empty;
        Require(publish.Number == artifact.Versions.Count + 1, sequence, $"publishes {publish.Artifact}@{publish.Number} after {Counts.Of(artifact.Versions.Count, "version")}");
        VersionRecord record = VersionRecord.Decode(publish.Record, $"The record of {publish.Artifact}@{publish.Number}");
        Require(record.Artifact == publish.Artifact, sequence, $"publishes a record of {record.Artifact} as {publish.Artifact}");
        ImmutableArray<VersionKey> inputs = Known(state, record.Inputs), outputs = Known(state, record.Run?.Outputs ?? []);
        var version = new PublishedVersion(publish.Number, VersionRecord.DigestOf(publish.Record.Span), record.Content, record.Kind, sequence, publish.Root, publish.Packs, Retired: false)
        {
            Inputs = state.IsLinked ? inputs : [],
            Outputs = state.IsLinked ? outputs : [],
        };
        state = state with { LacksLinks = !state.IsLinked && (state.LacksLinks || !inputs.IsEmpty || !outputs.IsEmpty) };
        state = With(state, publish.Artifact, artifact with { Versions = artifact.Versions.Add(version) });
        Require(record.Run is null != References.IsRunName(publish.Artifact), sequence, $"publishes a {record.Kind} as {publish.Artifact}");
        return record.Run is { } run ? End(state, publish, run, sequence) : state;
    }

    private static StoreState Tag(StoreState state, TagOperation tag, long sequence)
    {
        ArtifactState artifact = state.Find(tag.Artifact) ?? ArtifactState.Empty;
        Require(References.IsVersionLabel(tag.Tag), sequence, $"sets a tag with the name '{tag.Tag}'");
        Require(artifact.Live(tag.Number) is not null, sequence, $"tags {tag.Artifact}@{tag.Number}, which does not live");
        Require(!artifact.Tags.ContainsKey(tag.Tag) && !artifact.Aliases.ContainsKey(tag.Tag), sequence, $"sets tag {tag.Tag} of {tag.Artifact}, which is taken");
        return With(state, tag.Artifact, artifact with { Tags = artifact.Tags.Add(tag.Tag, tag.Number) });
    }

    private static StoreState Move(StoreState state, AliasOperation alias, long sequence)
    {
        ArtifactState artifact = state.Find(alias.Artifact) ?? ArtifactState.Empty;
        Require(References.IsVersionLabel(alias.Alias), sequence, $"moves an alias with the name '{alias.Alias}'");
        long? now = artifact.Aliases.TryGetValue(alias.Alias, out long number) ? number : null;
        Require(now == alias.From, sequence, $"moves alias {alias.Alias} of {alias.Artifact} from {alias.From}, but it was at {now}");
        Require(artifact.Live(alias.To) is not null, sequence, $"moves an alias to {alias.Artifact}@{alias.To}, which does not live");
        Require(!artifact.Tags.ContainsKey(alias.Alias), sequence, $"makes alias {alias.Alias} of {alias.Artifact}, which is a tag");
        return With(state, alias.Artifact, artifact with { Aliases = artifact.Aliases.SetItem(alias.Alias, alias.To) });
    }

    private static StoreState Retire(StoreState state, RetireOperation retire, long sequence)
    {
        ArtifactState artifact = state.Find(retire.Artifact) ?? ArtifactState.Empty;
        PublishedVersion? version = artifact.Live(retire.Number);
        Require(version is not null, sequence, $"retires {retire.Artifact}@{retire.Number}, which does not live");
        Require(!artifact.Tags.ContainsValue(retire.Number) && !artifact.Aliases.ContainsValue(retire.Number), sequence, $"retires {retire.Artifact}@{retire.Number}, which has a name");
        state = With(state, retire.Artifact, artifact with { Versions = artifact.Versions.SetItem((int)retire.Number - 1, version! with { Retired = true }) });
        return version!.Kind == ArtifactKind.Run ? state with { Runs = state.Runs.Retire(retire.Artifact, retire.Number) } : state;
    }

    private static StoreState Decide(StoreState state, PolicyOperation policy, KnownKey? signer, long sequence)
    {
        Require(signer is not null || state.Trust.Keys.IsEmpty, sequence, $"says what may be {policy.Artifact}@{policy.Alias} and is not signed by a trusted key");
        ArtifactState? artifact = state.Find(policy.Artifact);
        Require(artifact is not null, sequence, $"says what may be an alias of {policy.Artifact}, which is not there");
        Require(References.IsVersionLabel(policy.Alias) && !artifact!.Tags.ContainsKey(policy.Alias), sequence, $"says what may be {policy.Artifact}@{policy.Alias}, which can't be an alias");
        return With(state, policy.Artifact, artifact! with
        {
            Policies = policy.Conditions.Count == 0 ? artifact!.Policies.Remove(policy.Alias) : artifact!.Policies.SetItem(policy.Alias, [.. policy.Conditions]),
        });
    }

    private static StoreState With(StoreState state, string name, ArtifactState artifact) =>
        state with { Artifacts = state.Artifacts.SetItem(name, artifact) };

    private static void Require(bool condition, long sequence, string what)
    {
        if (!condition)
        {
            throw new IntegrityException("journal_broken", $"Journal entry {sequence} {what}.", "It was not written by this protocol; compare with a mirror.");
        }
    }
}
