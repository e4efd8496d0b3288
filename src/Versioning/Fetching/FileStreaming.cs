using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Versioning.Packs;
using Versioning.Trees;

namespace Versioning.Fetching;

/// <summary>Gives the files of a manifest one after another, whole and verified, in about the order in which they lie in packs.</summary>
internal sealed class FileStreaming(PackReader packs, ManifestReader manifest, Globs globs, int concurrency) : IDisposable
{
    private const int MaxFile = 1 << 30;

    /// <summary>Bytes of files that are in the making or wait to be taken; a larger file has it alone.</summary>
    private const long MaxWaitingBytes = 16 * 1024 * 1024;

    private readonly SemaphoreSlim _taken = new(0);
    private readonly Channel<FileContent> _ready = Channel.CreateUnbounded<FileContent>(new UnboundedChannelOptions { SingleReader = true });
    private long _waiting;

    internal async IAsyncEnumerable<FileContent> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task reading = Task.Run(() => ReadAsync(stop.Token), CancellationToken.None);
        try
        {
            await foreach (FileContent file in _ready.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                Interlocked.Add(ref _waiting, -Cost(file.Content.Length));
                _taken.Release();
                yield return file;
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await reading.ConfigureAwait(false);
        }
    }

    public void Dispose() => _taken.Dispose();

    // An object, an entry and its path also take room.
    private static long Cost(long size) => size + 512;

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            await new BatchReader(packs, concurrency).RunAsync(SinksAsync(cancellationToken), null, cancellationToken).ConfigureAwait(false);
            _ready.Writer.Complete();
        }
        catch (Exception e)
        {
            _ready.Writer.Complete(e);
        }
    }

    private async IAsyncEnumerable<FileSink?> SinksAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (ManifestEntry entry in manifest.EntriesAsync(globs, cancellationToken).ConfigureAwait(false))
        {
            if (entry.Size > MaxFile)
            {
                throw new VersioningException("file_too_long", $"'{entry.Name}' has {entry.Size} bytes: too many to hand out whole.", "Use OpenReadAsync for it.");
            }

            long cost = Cost(entry.Size);
            if (!Fits(cost, MaxWaitingBytes))
            {
                // What waits may be planned but not read yet, so that nobody could take it. Then room for many files, not
                // for one: otherwise every read would be for one file only.
                yield return null;
                while (!Fits(cost, MaxWaitingBytes / 2))
                {
                    await _taken.WaitAsync(cancellationToken).ConfigureAwait(false);
                }
            }

            Interlocked.Add(ref _waiting, cost);
            if (entry.Place is null)
            {
                await DeliverAsync(new FileContent(entry.ToFile(), entry.LinkTarget ?? []), cancellationToken).ConfigureAwait(false);
            }
            else
            {
                yield return new MemorySink(entry, DeliverAsync);
            }
        }
    }

    private bool Fits(long cost, long limit) => Interlocked.Read(ref _waiting) is var waiting && (waiting == 0 || waiting + cost <= limit);

    private ValueTask DeliverAsync(FileContent file, CancellationToken cancellationToken) => _ready.Writer.WriteAsync(file, cancellationToken);
}
