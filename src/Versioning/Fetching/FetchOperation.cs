using System.Runtime.CompilerServices;
using Versioning.Files;
using Versioning.Packs;
using Versioning.Trees;

namespace Versioning.Fetching;

/// <summary>The entries of a version, in order; can be gone through again.</summary>
/// <param name="wanted">Which; null for all.</param>
/// <param name="cancellationToken">Ends the enumeration.</param>
internal delegate IAsyncEnumerable<ManifestEntry> EntrySource(Globs? wanted, CancellationToken cancellationToken);

/// <summary>Writes the files of one manifest into a folder: looks for everything in the way first, writes then.</summary>
/// <param name="packs">Reads chunks.</param>
/// <param name="manifest">What is wanted.</param>
/// <param name="target">The folder.</param>
/// <param name="root">Its full path.</param>
/// <param name="options">How much of it, and what gives way.</param>
/// <param name="settings">How the store is used.</param>
/// <param name="content">The machine's cache, which files go through; null: they come from the store.</param>
/// <param name="links">How they get from there into the folder.</param>
/// <param name="before">What another version put there: it gives way, and goes; null: nothing is known of it.</param>
/// <param name="oldLists">Finds the chunk lists of earlier versions' files; null: they are not looked for.</param>
/// <param name="seals">Whether every file gets a <see cref="FileSeal"/>, which tells later that it is the one that was written; no file cache is kept then.</param>
internal sealed class FetchOperation(
    PackReader packs, EntrySource manifest, TargetFolder target, string root, FetchOptions options, VersionStoreOptions settings,
    ContentCache? content = null, LinkKind links = LinkKind.Auto, EntrySource? before = null, OldChunkList? oldLists = null, bool seals = false)
{
    /// <summary>Up to here entries are kept from the survey; for more the manifest is read again.</summary>
    private const int MaxKept = 50_000;

    private readonly Globs? _include = options.Include.Count > 0 ? new Globs(options.Include) : null;
    private readonly string _caches = settings.CacheRoot;
    private readonly TargetNotes _notes = new();

    private List<ManifestEntry>? _kept = [];

    internal long Files { get; private set; }

    internal long Bytes { get; private set; }

    /// <summary>Bytes of the files that were not there.</summary>
    internal long WrittenBytes { get; private set; }

    /// <summary>Files of the version before that were taken away.</summary>
    internal long Removed { get; private set; }

    /// <summary>Files of the version before that were changed since, and stay.</summary>
    internal long Kept { get; private set; }

    /// <returns>How many files had to be written.</returns>
    internal async Task<long> RunAsync(IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        var cache = new TargetCache(target, root, _caches, _notes, settings.Time);
        var survey = new TargetSurvey(target, root, options.Force, settings.Concurrency, _notes, options.Rehash || seals ? null : _caches, content);
        await survey.RunAsync(KeepingAsync(cancellationToken), before?.Invoke(null, cancellationToken), cancellationToken).ConfigureAwait(false);
        (Files, Bytes, WrittenBytes) = (survey.Files, survey.Bytes, survey.Bytes - survey.PresentBytes);
        var clearing = new Clearing(target, root, options.Force, new TargetCheck(target, content), _caches);
        await clearing.RunAsync(survey.Obstacles, before, remove: false, cancellationToken).ConfigureAwait(false);
        Removed = await clearing.RunAsync(survey.Obstacles, before, remove: true, cancellationToken).ConfigureAwait(false);
        if (survey.PresentFiles < Files)
        {
            await WriteAsync(survey, progress, cancellationToken).ConfigureAwait(false);
        }

        if (before is not null)
        {
            var removal = new Removal(target, new TargetCheck(target, content), _caches, root);
            Removed += await removal.RunAsync(before(null, cancellationToken), EntriesAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
            Kept = removal.Kept;
        }

        if (_notes.HasNews && !seals)
        {
            await cache.WriteAsync(EntriesAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
        }

        return Files - survey.PresentFiles;
    }

    private async Task WriteAsync(TargetSurvey survey, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        long bytes = survey.PresentBytes, files = survey.PresentFiles;

        // What was there and may give way was looked at.
        bool replace = options.Force || before is not null || survey.HasLost;

        // A store on this machine is read as fast as the file that gives way; Windows replaces no file that is open.
        bool reuses = replace && packs.Objects.IsRemote && !OperatingSystem.IsWindows();
        OldContent? old = oldLists is null ? null : new OldContent(survey.KnownOf, oldLists);
        using var sinks = new DiskSinks(target, replace, reuses, settings.Concurrency, _notes, seals ? entry => FileSeal.TimeOf(entry.Sha256) : null, old: old);
        using ContentPlacing? placing = content is null ? null : new ContentPlacing(content, target, links, settings.Concurrency, _notes, seals);
        var reader = new BatchReader(packs, settings.ReadsOf(packs.Objects));
        Action<int>? told = progress is null ? null : count => progress.Report(new TransferProgress(Interlocked.Add(ref bytes, count), Bytes, Interlocked.Read(ref files), Files));
        await reader.RunAsync(SinksAsync(cancellationToken), told, cancellationToken).ConfigureAwait(false);
        if (placing is not null)
        {
            IAsyncEnumerable<(ManifestEntry, int)> placed = MissingAsync(cancellationToken).Where(file => placing.Takes(file.Entry));
            IReadOnlyCollection<(ManifestEntry Entry, int Index)> lost = await placing.PlaceAsync(placed, replace, cancellationToken).ConfigureAwait(false);
            await reader.RunAsync(lost.Select(file => sinks.Create(file.Entry, file.Index)).ToAsyncEnumerable(), null, cancellationToken).ConfigureAwait(false);
        }

        await TargetCache.SettleAsync(sinks.LastLongFile, cancellationToken).ConfigureAwait(false);

        async IAsyncEnumerable<FileSink?> SinksAsync([EnumeratorCancellation] CancellationToken token)
        {
            await foreach ((ManifestEntry entry, int index) in MissingAsync(token).ConfigureAwait(false))
            {
                if (entry.Place is null)
                {
                    sinks.CreateWithoutContent(entry, index);
                }
                else if (placing?.Takes(entry) != true)
                {
                    yield return sinks.Create(entry, index);
                }
                else if (placing.Sink(entry, index, token) is { } sink)
                {
                    yield return sink;
                }

                Interlocked.Increment(ref files);
            }
        }

        async IAsyncEnumerable<(ManifestEntry Entry, int Index)> MissingAsync([EnumeratorCancellation] CancellationToken token)
        {
            int index = 0;
            await foreach (ManifestEntry entry in EntriesAsync(token).ConfigureAwait(false))
            {
                if (!survey.IsPresent(index++))
                {
                    yield return (entry, index - 1);
                }
            }
        }
    }

    private async IAsyncEnumerable<ManifestEntry> KeepingAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (ManifestEntry entry in WantedAsync(cancellationToken).ConfigureAwait(false))
        {
            _kept?.Add(entry);
            if (_kept?.Count > MaxKept)
            {
                _kept = null;
            }

            yield return entry;
        }
    }

    private IAsyncEnumerable<ManifestEntry> EntriesAsync(CancellationToken cancellationToken) => _kept?.ToAsyncEnumerable() ?? WantedAsync(cancellationToken);

    private IAsyncEnumerable<ManifestEntry> WantedAsync(CancellationToken cancellationToken) => manifest(_include, cancellationToken);
}
