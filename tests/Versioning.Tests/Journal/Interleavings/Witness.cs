using Versioning.Canonical;
using Versioning.Journal;
using Versioning.Packs;
using Versioning.Storage;

namespace Versioning.Tests.Journal.Interleavings;

/// <summary>Sees every effect on the store in the order in which they happen, and says what must not be.</summary>
internal sealed class Witness
{
    private readonly Library _library;
    private readonly List<StoreState> _states = [StoreState.Empty];
    private readonly List<string> _authors = [""];
    private readonly List<byte[]> _entries = [[]];
    private readonly HashSet<UInt128> _nonces = [];
    private readonly Dictionary<PackId, PackFooter> _packs = [];

    internal Witness(Library library)
    {
        _library = library;
        Replica = new ReplicaWitness(this);
    }

    internal ReplicaWitness Replica { get; }

    /// <summary>The first thing that went wrong.</summary>
    internal string? Violation { get; private set; }

    /// <summary>What the journal says, folded as it was written.</summary>
    internal StoreState Head => _states[^1];

    internal IReadOnlyList<StoreState> States => _states;

    /// <summary>The bytes of an entry, or null where there is none.</summary>
    internal ReadOnlyMemory<byte>? EntryAt(long sequence) => sequence < _entries.Count ? _entries[(int)sequence] : null;

    internal void Report(string violation) => Violation ??= violation;

    internal void Created(ObjectKey key, ReadOnlyMemory<byte> content)
    {
        if (ReplicaStore.TryParse(key, out ObjectKey within))
        {
            Replica.Created(within, content);
        }
        else if (key.Value.StartsWith(StoreKeys.Journal, StringComparison.Ordinal))
        {
            Appended(key, content);
        }
        else if (key.Value.StartsWith(StoreKeys.Checkpoints, StringComparison.Ordinal))
        {
            Checkpointed(key, content);
        }
        else if (StoreKeys.TryParsePack(key, out PackId pack))
        {
            _packs[pack] = PackFooter.Parse(content.ToArray(), content.Length, key.Value);
        }
    }

    internal void Deleted(ObjectKey key)
    {
        if (ReplicaStore.TryParse(key, out ObjectKey within))
        {
            Replica.Deleted(within);
            return;
        }

        if (StoreKeys.TryParsePack(key, out PackId pack))
        {
            _packs.Remove(pack);
        }
        else
        {
            Report($"{key} was deleted");
        }

        RequireLiveData();
    }

    /// <summary>What an actor reports must agree with the journal, now and whatever lands later.</summary>
    internal void RequireHonest(Actor actor)
    {
        if (actor.Ending == Ending.Failed)
        {
            Report($"{actor.Name} failed: {actor.Failure}");
        }

        if (actor is { Ending: Ending.Unknown, Confirmed: true })
        {
            Report($"{actor.Name} was told that its entry is in, and does not say so");
        }

        int entries = _authors.Count(author => author == actor.Name);
        bool holds = actor switch
        {
            { Ending: Ending.Succeeded, Position: { } position } => entries == 1 && position < _authors.Count && _authors[(int)position] == actor.Name,
            { Ending: Ending.Succeeded or Ending.Refused } => entries == 0,
            _ => entries <= 1,
        };
        if (!holds)
        {
            Report($"{actor.Name} ended as {actor.Ending} at {actor.Position}, and has {entries} entries in the journal");
        }
    }

    private void Appended(ObjectKey key, ReadOnlyMemory<byte> content)
    {
        try
        {
            JournalEntry entry = JournalEntry.Decode(content, key.Value);
            StoreState before = Head;
            StoreState after = before.Apply(entry, DomainHash.Entry(content.Span));
            if (StoreKeys.Entry(entry.Sequence) != key || !_nonces.Add(entry.Nonce))
            {
                Report($"{key} holds entry {entry.Sequence} with the nonce {entry.Nonce:x}");
            }

            _states.Add(after);
            _authors.Add(entry.Author);
            _entries.Add(content.ToArray());
            RequireNames(before, after);
        }
        catch (IntegrityException e)
        {
            Report($"the journal is broken: {e.Message}");
            return;
        }

        RequireLiveData();
    }

    /// <summary>Numbers are dense, nothing published is forgotten, tags stay where they are.</summary>
    private void RequireNames(StoreState before, StoreState after)
    {
        foreach ((string name, ArtifactState artifact) in after.Artifacts)
        {
            ArtifactState old = before.Find(name) ?? ArtifactState.Empty;
            bool dense = artifact.Versions.Select(v => v.Number).SequenceEqual(Enumerable.Range(1, artifact.Versions.Count).Select(n => (long)n));
            bool kept = old.Versions.Select(v => v.Digest).SequenceEqual(artifact.Versions.Take(old.Versions.Count).Select(v => v.Digest));
            bool fixedTags = old.Tags.All(tag => artifact.Tags.TryGetValue(tag.Key, out long number) && number == tag.Value);
            bool named = artifact.Tags.Concat(artifact.Aliases).All(label => artifact.Live(label.Value) is not null);
            if (!dense || !kept || !fixedTags || !named)
            {
                Report($"the names of {name} are wrong after entry {after.Sequence}");
            }
        }
    }

    /// <summary>Everything that a live version needs is in the store, under the digest that it had when it was published.</summary>
    private void RequireLiveData()
    {
        if (FindLost(Head, _packs) is { } lost)
        {
            Report($"data is lost: {lost}");
        }
    }

    /// <summary>Something that a live version needs and that these packs do not hold, or null.</summary>
    internal string? FindLost(StoreState state, IReadOnlyDictionary<PackId, PackFooter> packs)
    {
        foreach (PublishedVersion version in state.Artifacts.Values.SelectMany(a => a.Versions).Where(v => !v.Retired))
        {
            foreach (ChunkRef reference in _library.Closure(version.Root))
            {
                bool held = state.Resolve(reference) is { } place
                    && packs.TryGetValue(place.Object, out PackFooter? footer)
                    && place.Ordinal < footer.Count
                    && footer[place.Ordinal].Digest == _library.DigestOf(reference);
                if (!held)
                {
                    return $"'{_library[reference]}' of version {version.Number}, chunk {reference.Ordinal} of pack {reference.Pack}";
                }
            }
        }

        return null;
    }

    private void Checkpointed(ObjectKey key, ReadOnlyMemory<byte> content)
    {
        bool known = StoreKeys.TryParseSequence(key, out long sequence) && sequence < _states.Count;
        if (!known || !Checkpoint.Encode(_states[(int)sequence]).Span.SequenceEqual(content.Span))
        {
            Report($"{key} is not what the entries fold to");
        }
    }
}
