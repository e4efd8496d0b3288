using System.Runtime.CompilerServices;
using Versioning.Files;
using Versioning.Packs;
using Versioning.Trees;

namespace Versioning.Fetching;

/// <summary>Writes the files of one manifest into a folder: looks for everything in the way first, writes then.</summary>
internal sealed class FetchOperation(PackReader packs, ManifestReader manifest, TargetFolder target, string root, FetchOptions options, VersionStoreOptions settings)
{
    /// <summary>Up to here entries are kept from the survey; for more the manifest is read again.</summary>
    private const int MaxKept = 10_000;

    private readonly Globs? _include = options.Include.Count > 0 ? new Globs(options.Include) : null;
    private readonly TargetSurvey _survey = new(target, root, options.Force, settings.Concurrency);

    private List<ManifestEntry>? _kept = [];

    internal long Files => _survey.Files;

    internal long Bytes => _survey.Bytes;

    /// <returns>How many files had to be written.</returns>
    internal async Task<long> RunAsync(IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        await _survey.RunAsync(KeepingAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
        long bytes = _survey.PresentBytes, files = _survey.PresentFiles;
        if (files < Files)
        {
            using var sinks = new DiskSinks(target, options.Force);
            await new BatchReader(packs, settings.ReadsOf(packs.Objects)).RunAsync(
                SinksAsync(sinks, cancellationToken),
                progress is null ? null : count => progress.Report(new TransferProgress(Interlocked.Add(ref bytes, count), Bytes, Interlocked.Read(ref files), Files)),
                cancellationToken).ConfigureAwait(false);
        }

        return Files - _survey.PresentFiles;

        async IAsyncEnumerable<FileSink?> SinksAsync(DiskSinks sinks, [EnumeratorCancellation] CancellationToken token)
        {
            int index = 0;
            await foreach (ManifestEntry entry in (_kept?.ToAsyncEnumerable() ?? WantedAsync(token)).ConfigureAwait(false))
            {
                if (_survey.IsPresent(index++))
                {
                    continue;
                }

                if (entry.Place is null)
                {
                    sinks.CreateWithoutContent(entry);
                }
                else
                {
                    yield return sinks.Create(entry);
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

    private IAsyncEnumerable<ManifestEntry> WantedAsync(CancellationToken cancellationToken) => manifest.EntriesAsync(_include, cancellationToken);
}
