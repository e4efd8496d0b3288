using System.Runtime.CompilerServices;
using Versioning.Files;
using Versioning.Packs;
using Versioning.Trees;

namespace Versioning.Fetching;

/// <summary>Writes the files of one manifest into a folder: looks for everything in the way first, writes then.</summary>
internal sealed class FetchOperation(PackReader packs, ManifestReader manifest, TargetFolder target, string root, FetchOptions options, VersionStoreOptions settings)
{
    /// <summary>Up to here entries are kept from the survey; for more the manifest is read again.</summary>
    private const int MaxKept = 50_000;

    private readonly Globs? _include = options.Include.Count > 0 ? new Globs(options.Include) : null;
    private readonly string _caches = settings.CacheDirectory ?? CacheDirectory.Default();
    private readonly TargetNotes _notes = new();

    private List<ManifestEntry>? _kept = [];

    internal long Files { get; private set; }

    internal long Bytes { get; private set; }

    /// <returns>How many files had to be written.</returns>
    internal async Task<long> RunAsync(IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        var cache = new TargetCache(target, root, _caches, _notes, settings.Time);
        var survey = new TargetSurvey(target, root, options.Force, settings.Concurrency, _notes, options.Rehash ? null : _caches);
        await survey.RunAsync(KeepingAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
        (Files, Bytes) = (survey.Files, survey.Bytes);
        long bytes = survey.PresentBytes, files = survey.PresentFiles;
        if (files < Files)
        {
            // A store on this machine is read as fast as the file that gives way; Windows replaces no file that is open.
            bool reuses = options.Force && packs.Objects.IsRemote && !OperatingSystem.IsWindows();
            using var sinks = new DiskSinks(target, options.Force, reuses, settings.Concurrency, _notes);
            await new BatchReader(packs, settings.ReadsOf(packs.Objects)).RunAsync(
                SinksAsync(sinks, cancellationToken),
                progress is null ? null : count => progress.Report(new TransferProgress(Interlocked.Add(ref bytes, count), Bytes, Interlocked.Read(ref files), Files)),
                cancellationToken).ConfigureAwait(false);
            await TargetCache.SettleAsync(sinks.LastLongFile, cancellationToken).ConfigureAwait(false);
        }

        if (_notes.HasNews)
        {
            await cache.WriteAsync(EntriesAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
        }

        return Files - survey.PresentFiles;

        async IAsyncEnumerable<FileSink?> SinksAsync(DiskSinks sinks, [EnumeratorCancellation] CancellationToken token)
        {
            int index = 0;
            await foreach (ManifestEntry entry in EntriesAsync(token).ConfigureAwait(false))
            {
                int at = index++;
                if (survey.IsPresent(at))
                {
                    continue;
                }

                if (entry.Place is null)
                {
                    sinks.CreateWithoutContent(entry, at);
                }
                else
                {
                    yield return sinks.Create(entry, at);
                }

                Interlocked.Increment(ref files);
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

    private IAsyncEnumerable<ManifestEntry> WantedAsync(CancellationToken cancellationToken) => manifest.EntriesAsync(_include, cancellationToken);
}
