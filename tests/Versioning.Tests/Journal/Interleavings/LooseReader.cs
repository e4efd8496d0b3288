using System.Text;
using Versioning.Packs;
using Versioning.Storage;

namespace Versioning.Tests.Journal.Interleavings;

/// <summary>Reading a chunk once more, so that a reader's rule can be left out: footers are cached, payloads are not.</summary>
internal sealed class LooseReader(string name, long number) : Reader(name, number)
{
    private readonly Dictionary<PackId, PackFooter> _footers = [];

    protected override async Task<string> ReadAsync(ChunkRef reference)
    {
        (PackId Object, int Ordinal)? place = Journal.State.Resolve(reference);
        for (int attempt = 0; ; attempt++)
        {
            if (place is { } at && await TryReadAsync(reference, at) is { } text)
            {
                return text;
            }

            await Journal.FoldAsync();
            (PackId Object, int Ordinal)? now = Journal.State.Resolve(reference);
            if (!Keeps(Rule.ResolveOrdinalAgain) && now is { } moved && place is { } before)
            {
                now = (moved.Object, before.Ordinal);
            }

            if (now == place || (attempt > 0 && !Keeps(Rule.FoldAgainWhilePlaceChanges)))
            {
                throw new IntegrityException("chunk_missing", "Nothing changed, and it is not there.");
            }

            place = now;
        }
    }

    private async Task<string?> TryReadAsync(ChunkRef reference, (PackId Object, int Ordinal) place)
    {
        PackId key = Keeps(Rule.FootersByObject) ? place.Object : reference.Pack;
        int ordinal = Keeps(Rule.FootersByObject) ? place.Ordinal : reference.Ordinal;
        if (await Store.ReadAllAsync(StoreKeys.Pack(place.Object), PackFormat.MaxObjectLength, CancellationToken.None) is not { } bytes)
        {
            return null;
        }

        if (!_footers.TryGetValue(key, out PackFooter? footer))
        {
            _footers[key] = footer = PackFooter.Parse(bytes, bytes.Length, "A pack");
        }

        if (ordinal >= footer.Count || footer[ordinal].Offset + footer[ordinal].StoredLength > bytes.Length)
        {
            return null;
        }

        // The digest in the manifest would catch it; here it is enough that wrong bytes come at all.
        return Encoding.UTF8.GetString(bytes.Span.Slice((int)footer[ordinal].Offset, footer[ordinal].StoredLength));
    }
}
