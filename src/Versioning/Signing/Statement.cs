using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Versioning.Trees;

namespace Versioning.Signing;

/// <summary>
/// What is signed of a version: an in-toto statement that names each file with its SHA-256, in the layout of the OpenSSF model
/// signing specification 1.0. Its bytes follow from the version alone, so they are never stored: they are written again
/// from the manifest, a part at a time, however many files there are.
/// </summary>
/// <param name="artifact">The artifact.</param>
/// <param name="version">The version's digest.</param>
/// <param name="manifest">Its files.</param>
internal sealed class Statement(string artifact, Digest version, ManifestReader manifest)
{
    internal const string PayloadType = "application/vnd.in-toto+json";

    private const int PartLength = 32 * 1024;

    private Digest? _files;
    private long _length;

    /// <summary>The name of the version in it: a reference that holds in every store that has it.</summary>
    internal string Subject => $"{artifact}@{version}";

    /// <summary>The SHA-256 of the statement as an envelope has it signed (DSSE's PAE): length and type first.</summary>
    internal async Task<Digest> DigestAsync(CancellationToken cancellationToken)
    {
        await MeasureAsync(cancellationToken).ConfigureAwait(false);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.ASCII.GetBytes($"DSSEv1 {PayloadType.Length} {PayloadType} {_length} "));
        await WriteAsync(
            part =>
            {
                hash.AppendData(part.Span);
                return ValueTask.CompletedTask;
            },
            cancellationToken).ConfigureAwait(false);
        return new Digest(hash.GetHashAndReset());
    }

    /// <summary>Gives its bytes, in parts.</summary>
    internal async Task WriteAsync(Func<ReadOnlyMemory<byte>, ValueTask> write, CancellationToken cancellationToken)
    {
        await MeasureAsync(cancellationToken).ConfigureAwait(false);
        await EmitAsync(_files!.Value, entry => entry, write, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The digest over those of all files, which stands before them, and the length, which stands before everything.</summary>
    private async Task MeasureAsync(CancellationToken cancellationToken)
    {
        if (_files is not null)
        {
            return;
        }

        using var files = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] one = new byte[Digest.Size];
        await EmitAsync(
            default,
            entry =>
            {
                entry.Sha256.CopyTo(one);
                files.AppendData(one);
                return entry;
            },
            part =>
            {
                _length += part.Length;
                return ValueTask.CompletedTask;
            },
            cancellationToken).ConfigureAwait(false);
        _files = new Digest(files.GetHashAndReset());
    }

    private async Task EmitAsync(Digest files, Func<ManifestEntry, ManifestEntry> look, Func<ReadOnlyMemory<byte>, ValueTask> write, CancellationToken cancellationToken)
    {
        var text = new ArrayBufferWriter<byte>(2 * PartLength);
        async ValueTask FlushAsync(int from)
        {
            if (text.WrittenCount >= from)
            {
                await write(text.WrittenMemory).ConfigureAwait(false);
                text.ResetWrittenCount();
            }
        }

        text.Write("{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{\"name\":"u8);
        JsonString.Write(text, Encoding.UTF8.GetBytes(Subject));
        text.Write(",\"digest\":{\"sha256\":\""u8);
        text.Write(Encoding.ASCII.GetBytes(files.ToHex()));
        text.Write("\"}}],\"predicateType\":\"https://model_signing/signature/v1.0\",\"predicate\":{\"resources\":["u8);
        bool isFirst = true, hasLinks = false;
        await foreach (ManifestEntry entry in manifest.EntriesAsync(null, cancellationToken).ConfigureAwait(false))
        {
            if (entry.Kind == FileKind.Link)
            {
                hasLinks = true;
                continue;
            }

            text.Write(isFirst ? "{\"name\":"u8 : ",{\"name\":"u8);
            JsonString.Write(text, look(entry).Path);
            text.Write(",\"algorithm\":\"sha256\",\"digest\":\""u8);
            text.Write(Encoding.ASCII.GetBytes(entry.Sha256.ToHex()));
            text.Write("\"}"u8);
            isFirst = false;
            await FlushAsync(PartLength).ConfigureAwait(false);
        }

        text.Write("],\"serialization\":{\"method\":\"files\",\"hash_type\":\"sha256\",\"allow_symlinks\":false,\"ignore_paths\":["u8);

        // Links have no bytes that others would hash: they are named as what is not looked at. Gone through again, so that none is remembered.
        isFirst = true;
        await foreach (ManifestEntry entry in (hasLinks ? manifest.EntriesAsync(null, cancellationToken) : AsyncEnumerable.Empty<ManifestEntry>()).ConfigureAwait(false))
        {
            if (entry.Kind == FileKind.Link)
            {
                text.Write(isFirst ? ""u8 : ","u8);
                JsonString.Write(text, entry.Path);
                isFirst = false;
                await FlushAsync(PartLength).ConfigureAwait(false);
            }
        }

        text.Write("]}}}"u8);
        await FlushAsync(0).ConfigureAwait(false);
    }
}
