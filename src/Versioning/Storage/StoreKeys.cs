using System.Globalization;
using Versioning.Packs;

namespace Versioning.Storage;

/// <summary>Every key of a store. Nothing else composes or takes apart a key.</summary>
internal static class StoreKeys
{
    internal const int EntriesPerBlock = 256;
    internal const string Checkpoints = "checkpoints/";
    internal const string Incoming = "incoming/";
    internal const string Journal = "journal/";
    internal const string Packs = "packs/";

    /// <summary>Not part of a store: what an examination tries things with, under keys that no reader asks for.</summary>
    internal const string Doctor = "doctor/";

    internal static readonly ObjectKey Format = new("format");

    internal static string JournalBlock(long block) => string.Create(CultureInfo.InvariantCulture, $"journal/{block:D12}/");

    internal static ObjectKey Entry(long sequence) =>
        new(string.Create(CultureInfo.InvariantCulture, $"journal/{sequence / EntriesPerBlock:D12}/{sequence:D20}"));

    internal static ObjectKey Checkpoint(long sequence) => new(string.Create(CultureInfo.InvariantCulture, $"checkpoints/{sequence:D20}"));

    /// <summary>A mirror says with it up to where the entries reach that it is about to create. Before those of the journal in any listing.</summary>
    internal static ObjectKey IncomingUpTo(long sequence) => new(string.Create(CultureInfo.InvariantCulture, $"{Incoming}{sequence:D20}"));

    internal static ObjectKey Pack(PackId id)
    {
        string name = id.ToString();
        return new ObjectKey($"packs/{name[..2]}/{name}");
    }

    internal static bool TryParseSequence(ObjectKey key, out long sequence) =>
        long.TryParse(LastSegment(key), NumberStyles.None, CultureInfo.InvariantCulture, out sequence);

    /// <summary>Whether it is the first entry of a block of the journal.</summary>
    internal static bool BeginsBlock(ObjectKey key) =>
        key.Value.StartsWith(Journal, StringComparison.Ordinal) && TryParseSequence(key, out long sequence) && sequence % EntriesPerBlock == 0;

    internal static bool TryParsePack(ObjectKey key, out PackId id) =>
        PackId.TryParse(LastSegment(key), out id) && Pack(id) == key;

    private static ReadOnlySpan<char> LastSegment(ObjectKey key) => key.Value.AsSpan(key.Value.LastIndexOf('/') + 1);
}
