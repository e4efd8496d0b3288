using System.Buffers;
using System.Globalization;
using Versioning.Chunking;
using Versioning.Canonical;
using Versioning.Packs;

namespace Versioning.Storage;

/// <summary>The <c>format</c> object: magic, format version, required features, store id, chunking specification; sealed. Written once, at init.</summary>
internal sealed record StoreFormat(UInt128 StoreId)
{
    private const int Version = 1;
    private const int MaxLength = 64 * 1024;
    private const string Magic = "versioning/store";
    private const string ChunkingName = "gear-1";

    /// <summary>32 hexadecimal digits.</summary>
    internal string IdText => StoreId.ToString("x32", CultureInfo.InvariantCulture);

    /// <summary>Writes the format, or reads the one that is there.</summary>
    internal static async Task<StoreFormat> CreateAsync(ObjectStore objects, CancellationToken cancellationToken)
    {
        if (!objects.CanWrite)
        {
            return await ReadAsync(objects, cancellationToken).ConfigureAwait(false) ?? throw ReadOnlyStores.ReadOnly(objects.Location);
        }

        var format = new StoreFormat(PackId.New().Value);
        if (await objects.CreateAsync(StoreKeys.Format, format.Encode(), cancellationToken).ConfigureAwait(false))
        {
            await RequireCreateOnlyAsync(objects, format, cancellationToken).ConfigureAwait(false);
            return format;
        }

        return await ReadAsync(objects, cancellationToken).ConfigureAwait(false)
            ?? throw new StoreUnavailableException("format_vanished", $"The format object of {objects.Location} was there and is gone.", transient: true);
    }

    /// <summary>The object as it is stored, or null where there is no store.</summary>
    internal static ValueTask<ReadOnlyMemory<byte>?> ReadBytesAsync(ObjectStore objects, CancellationToken cancellationToken) =>
        objects.ReadAllAsync(StoreKeys.Format, MaxLength, cancellationToken);

    internal static async Task<StoreFormat?> ReadAsync(ObjectStore objects, CancellationToken cancellationToken) =>
        await ReadBytesAsync(objects, cancellationToken).ConfigureAwait(false) is { } bytes
            ? Decode(bytes, $"The format object of {objects.Location}")
            : null;

    internal ReadOnlyMemory<byte> Encode()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new CanonicalWriter(output);
        writer.Array(5);
        writer.Text(Magic);
        writer.Integer(Version);
        writer.Array(0);
        writer.Id(StoreId);
        writer.Array(4);
        writer.Text(ChunkingName);
        writer.Integer(Chunker.MinLength);
        writer.Integer(Chunker.AverageLength);
        writer.Integer(Chunker.MaxLength);
        writer.Flush();
        return Sealed.Close(output);
    }

    internal static StoreFormat Decode(ReadOnlyMemory<byte> bytes, string what)
    {
        var reader = new CanonicalReader(Sealed.Open(bytes, what), what);
        reader.Array(5, "a format");
        string magic = reader.Text();
        reader.Require(magic == Magic, $"'{magic}' instead of '{Magic}'");
        long version = reader.Integer();
        var features = new string[reader.Array()];
        for (int i = 0; i < features.Length; i++)
        {
            features[i] = reader.Text(200);
        }

        if (version != Version || features.Length > 0)
        {
            string needs = features.Length > 0 ? $"requires {string.Join(", ", features)}" : $"has format version {version}";
            throw new VersioningException("newer_format", $"{what} {needs}; this version of Versioning does not know that.", "Update Versioning.");
        }

        UInt128 id = reader.Id();
        reader.Array(4, "a chunking specification");
        string chunking = reader.Text(200);
        bool known = chunking == ChunkingName && reader.Integer() == Chunker.MinLength && reader.Integer() == Chunker.AverageLength && reader.Integer() == Chunker.MaxLength;
        if (!known)
        {
            throw new VersioningException("newer_format", $"{what} names the chunking '{chunking}' with limits that this version does not know.", "Update Versioning.");
        }

        reader.End();
        return new StoreFormat(id);
    }

    /// <summary>Everything rests on create-if-absent; some servers ignore the condition.</summary>
    private static async Task RequireCreateOnlyAsync(ObjectStore objects, StoreFormat format, CancellationToken cancellationToken)
    {
        bool again = await objects.CreateAsync(StoreKeys.Format, new StoreFormat(PackId.New().Value).Encode(), cancellationToken).ConfigureAwait(false);
        if (again || await ReadAsync(objects, cancellationToken).ConfigureAwait(false) != format)
        {
            throw new StoreUnavailableException("no_create_if_absent", $"{objects.Location} overwrites an object that exists: it does not honour create-if-absent.", "Use a server that does (If-None-Match: *); this one would lose versions.");
        }
    }
}
