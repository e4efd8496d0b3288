using Versioning.Journal;
using Versioning.Packs;
using Versioning.Storage;
using Versioning.Trees;

namespace Versioning.Verifying;

/// <summary>
/// Checks the whole store, or what one version needs, and goes on after a damage. First everything is read, once; only
/// where something is wrong the manifests are gone through again to say which versions and files it hits.
/// </summary>
internal sealed class VerifyOperation : IDisposable
{
    /// <summary>How often to begin again because packs were moved meanwhile.</summary>
    private const int MaxRounds = 10;

    private readonly ObjectStore _objects;
    private readonly JournalLog _journal;
    private readonly PackReader _packs;
    private readonly int _concurrency;
    private readonly VerifyOptions _options;
    private readonly IProgress<TransferProgress>? _progress;
    private readonly JournalWitnesses? _witnesses;
    private readonly ChunkMarks _marks = new();
    private readonly DamageList _damages;
    private readonly FileCheck _files;
    private (string Artifact, PublishedVersion Version)? _only;
    private IntegrityException? _broken;
    private long _bytes, _objectsRead, _incomingUpTo;
    private long? _totalBytes;

    internal VerifyOperation(ObjectStore objects, JournalLog journal, int concurrency, VerifyOptions options, IProgress<TransferProgress>? progress)
        : this(objects, journal, concurrency, options, progress, null, new DamageList())
    {
    }

    /// <summary>An operation that hashes no chunks of files: it checks the journal, and that all it names is there.</summary>
    internal VerifyOperation(ObjectStore objects, JournalLog journal, int concurrency, JournalWitnesses witnesses, DamageList damages, IProgress<TransferProgress>? progress)
        : this(objects, journal, concurrency, new VerifyOptions(), progress, witnesses, damages)
    {
    }

    private VerifyOperation(ObjectStore objects, JournalLog journal, int concurrency, VerifyOptions options, IProgress<TransferProgress>? progress, JournalWitnesses? witnesses, DamageList damages)
    {
        (_objects, _journal, _concurrency, _options, _progress, _witnesses, _damages) = (objects, journal, concurrency, options, progress, witnesses, damages);
        _packs = new PackReader(objects, reference => journal.State.Resolve(reference), FoldAsync, byFooter: true);
        _files = new FileCheck(journal, _marks, concurrency, NoteRead);
    }

    /// <summary>Whether every pack is read; otherwise those that a version reaches.</summary>
    private bool ReadsAll => _only is null && _witnesses is null && _objects.CanList;

    private bool HashesFiles => _options.HashFiles ?? _only is not null;

    internal async Task<VerifyReport> RunAsync(CancellationToken cancellationToken)
    {
        StoreState state = await FoldAsync(cancellationToken).ConfigureAwait(false);
        _only = _options.Reference is { } reference ? Resolve(state, reference) : null;
        if (_only is not null)
        {
            NoteBroken();
        }
        else
        {
            var journal = new JournalCheck(_objects, _journal, _damages, _witnesses);
            _objectsRead = await journal.RunAsync(state, cancellationToken).ConfigureAwait(false);
            _witnesses?.Meet(state);
            _incomingUpTo = journal.IncomingUpTo;
            _totalBytes = ReadsAll ? await ListPacksAsync(report: true, cancellationToken).Select(pack => pack.Length).SumAsync(cancellationToken).ConfigureAwait(false) : null;
        }

        bool sound = true;
        for (int round = 0; round < MaxRounds; round++)
        {
            sound = await ReadAllAsync(state, cancellationToken).ConfigureAwait(false);
            StoreState now = await FoldAsync(cancellationToken).ConfigureAwait(false);
            if (ReferenceEquals(now.Gone, state.Gone) && ReferenceEquals(now.Moved, state.Moved))
            {
                break;
            }

            // What was missing may only have moved; what is known to be sound is not read again.
            state = now;
        }

        long versions = await NameAsync(state, sound, cancellationToken).ConfigureAwait(false);
        return new VerifyReport(_objectsRead + _marks.All.LongCount(), _bytes, versions, _damages.ToArray())
        {
            IncludesUnreferenced = ReadsAll,
            IncomingUpTo = _incomingUpTo > _journal.State.Sequence ? _incomingUpTo : null,
            Head = new JournalHead(state.Sequence, state.Head),
            Witnesses = _witnesses?.Count ?? 0,
            ForeignInputs = _witnesses?.Foreign ?? [],
        };
    }

    public void Dispose()
    {
        _files.Dispose();
        _packs.Dispose();
    }

    /// <summary>Folds as far as the journal is sound: what is published up to there can be checked.</summary>
    private async Task<StoreState> FoldAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _journal.FoldAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IntegrityException e) when (e.Code != "key_not_trusted")
        {
            _broken = e;
            return _journal.State;
        }
    }

    private (string Artifact, PublishedVersion Version) Resolve(StoreState state, ArtifactReference reference)
    {
        try
        {
            return References.Resolve(state, reference);
        }
        catch (NotFoundException) when (_broken is not null)
        {
            // It may have been published behind the damage.
            throw _broken;
        }
    }

    private void NoteBroken()
    {
        if (_broken is { } e)
        {
            _damages.Add(StoreKeys.Entry(_journal.State.Sequence + 1).Value, e.Message);
        }
    }

    private async Task<bool> ReadAllAsync(StoreState state, CancellationToken cancellationToken)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = _concurrency, CancellationToken = cancellationToken };
        var walk = new ManifestCheck(_journal, ReadsAll ? null : _marks, HashesFiles);
        int wrong = 0;
        foreach ((string artifact, PublishedVersion version) in Versions(state))
        {
            PackReader packs = PacksOf(artifact, version);
            try
            {
                await Parallel.ForEachAsync(walk.LargeFilesAsync(packs, version, cancellationToken), options, async (file, token) =>
                {
                    if (!await _files.RunAsync(packs, file, token).ConfigureAwait(false))
                    {
                        Interlocked.Increment(ref wrong);
                    }
                }).ConfigureAwait(false);
            }
            catch (NotFoundException) when (_only is null)
            {
                // Retired since: nothing of it has to be there.
            }
        }

        var check = new PackCheck(_packs, _marks, NoteRead, hashes: _witnesses is null);
        IAsyncEnumerable<PackId> targets = ReadsAll
            ? ListPacksAsync(report: false, cancellationToken).Select(pack => pack.Id)
            : _marks.All.Where(pack => pack.Value.HasNeeds).Select(pack => pack.Key).ToArray().ToAsyncEnumerable();
        await Parallel.ForEachAsync(targets, options, async (target, token) => await check.RunAsync(target, all: ReadsAll, token).ConfigureAwait(false)).ConfigureAwait(false);
        return wrong == 0 && walk.IsSound;
    }

    /// <summary>Says what is wrong and what it hits.</summary>
    private async Task<long> NameAsync(StoreState state, bool sound, CancellationToken cancellationToken)
    {
        foreach ((PackId target, PackMarks known) in _marks.All)
        {
            // What a collector took away does not have to be there.
            if (known.Problem is { } problem && !_journal.State.Gone.Contains(target))
            {
                sound = false;
                _damages.Add(StoreKeys.Pack(target).Value, problem);
            }
        }

        long versions = 0;
        var hits = new DamageHits(_journal, _marks, _files, _damages);
        var records = new RecordCheck(_journal, _damages, _witnesses, new KnownPins(state));
        foreach ((string artifact, PublishedVersion version) in Versions(state))
        {
            versions++;
            PackReader packs = PacksOf(artifact, version);
            try
            {
                await records.RunAsync(packs, artifact, version, cancellationToken).ConfigureAwait(false);
                if (!sound)
                {
                    await hits.FindAsync(packs, artifact, version, cancellationToken).ConfigureAwait(false);
                }
            }
            catch (NotFoundException) when (_only is null)
            {
                versions--;
            }
        }

        return versions;
    }

    private IEnumerable<(string Artifact, PublishedVersion Version)> Versions(StoreState state) => _only is { } only
        ? [state.Find(only.Artifact)?.Live(only.Version.Number) is { } live ? (only.Artifact, live) : throw References.Retired(only.Artifact, only.Version.Number)]
        : state.Artifacts.SelectMany(a => a.Value.Versions.Where(v => !v.Retired).Select(v => (a.Key, v)));

    private PackReader PacksOf(string artifact, PublishedVersion version) =>
        _packs.For(() => _journal.State.Find(artifact)?.Live(version.Number) is null ? References.Retired(artifact, version.Number) : null);

    private async IAsyncEnumerable<(PackId Id, long Length)> ListPacksAsync(bool report, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (ObjectInfo info in _objects.ListAsync(StoreKeys.Packs, cancellationToken).ConfigureAwait(false))
        {
            if (StoreKeys.TryParsePack(info.Key, out PackId id))
            {
                yield return (id, info.Length);
            }
            else if (report)
            {
                _damages.Add(info.Key.Value, "is not the key of a pack");
            }
        }
    }

    private void NoteRead(long bytes)
    {
        long all = Interlocked.Add(ref _bytes, bytes);
        _progress?.Report(new TransferProgress(all, _totalBytes is { } total ? Math.Max(total, all) : null, 0, null));
    }
}
