using System.Buffers;
using System.Collections.Immutable;
using Versioning.Canonical;
using Versioning.Packs;

namespace Versioning.Journal;

/// <summary>The state folded up to a position, as one object: canonical MessagePack, then 32 bytes of digest. A short cut, never the truth.</summary>
internal static partial class Checkpoint
{
    internal const int MaxLength = Storage.ObjectStore.MaxObjectLength;

    /// <summary>Without runs, policies and inputs: as it always was. It does not tell whether there are inputs.</summary>
    private const int Format = 1;
    private const int WideFormat = 2;

    /// <summary>With keys, demands or signatures.</summary>
    private const int SignedFormat = 3;
    private const int Fields = 6;
    private const int WideFields = 10;
    private const int SignedFields = 13;

    internal static ReadOnlyMemory<byte> Encode(StoreState state)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new CanonicalWriter(output);
        bool isSigned = !state.Trust.IsEmpty || HasSignatures(state);
        bool isWide = isSigned || !state.Runs.IsEmpty || state.Artifacts.Any(artifact => !artifact.Value.Policies.IsEmpty) || HasLinks(state);
        writer.Array(isSigned ? SignedFields : isWide ? WideFields : Fields);
        writer.Integer(isSigned ? SignedFormat : isWide ? WideFormat : Format);
        writer.Integer(state.Sequence);
        writer.Digest(state.Head);
        writer.Array(state.Artifacts.Count);
        foreach ((string name, ArtifactState artifact) in state.Artifacts)
        {
            writer.Array(4);
            writer.Text(name);
            writer.Array(artifact.Versions.Count);
            foreach (PublishedVersion version in artifact.Versions)
            {
                Write(ref writer, version);
            }

            Write(ref writer, artifact.Tags);
            Write(ref writer, artifact.Aliases);
        }

        RelocateOperation.WriteMoves(ref writer, state.Moved);
        JournalOperation.WriteIds(ref writer, state.Gone);
        if (isWide)
        {
            WriteLinks(ref writer, state);
            Write(ref writer, state.Runs);
            WritePolicies(ref writer, state);
        }

        if (isSigned)
        {
            Write(ref writer, state.Trust);
            WriteSignatures(ref writer, state);
        }

        writer.Flush();
        Digest digest = DomainHash.Checkpoint(output.WrittenSpan);
        digest.CopyTo(output.GetSpan(Digest.Size));
        output.Advance(Digest.Size);
        return output.WrittenMemory;
    }

    internal static StoreState Decode(ReadOnlyMemory<byte> bytes, string what)
    {
        if (bytes.Length < Digest.Size || DomainHash.Checkpoint(bytes.Span[..^Digest.Size]) != new Digest(bytes.Span[^Digest.Size..]))
        {
            throw new IntegrityException("checkpoint_damaged", $"{what} does not match its hash.", "It is derived and may be deleted.");
        }

        var reader = new CanonicalReader(bytes[..^Digest.Size], what);
        int fields = reader.Array();
        reader.Require(fields is Fields or WideFields or SignedFields, $"a checkpoint of {fields} fields");
        bool isSigned = fields == SignedFields, isWide = isSigned || fields == WideFields;
        long format = isSigned ? SignedFormat : isWide ? WideFormat : Format;
        reader.Integer(format, format);
        long sequence = reader.Integer(1);
        Digest head = reader.Digest();
        var read = new ReadArtifact[reader.Array(4)];
        for (int i = 0; i < read.Length; i++)
        {
            reader.Array(4, "an artifact");
            string name = reader.Text();
            reader.Require(i == 0 || string.CompareOrdinal(read[i - 1].Name, name) < 0, "unsorted or repeated artifacts");
            var versions = new PublishedVersion[reader.Array(80)];
            for (int v = 0; v < versions.Length; v++)
            {
                versions[v] = ReadVersion(ref reader, v + 1);
            }

            read[i] = new ReadArtifact(name, versions, ReadNames(ref reader), ReadNames(ref reader));
        }

        KeyValuePair<PackId, PackLocation>[] moved = RelocateOperation.ReadMoves(ref reader);
        PackId[] gone = JournalOperation.ReadIds(ref reader);
        reader.Require(IsAscending(moved.Select(m => m.Key)) && IsAscending(gone), "unsorted or repeated packs");
        bool? hasLinks = isWide ? ReadLinks(ref reader, read) : null;
        var artifacts = StoreState.Empty.Artifacts.ToBuilder();
        artifacts.AddRange(read.Select(artifact => KeyValuePair.Create(artifact.Name, new ArtifactState([.. artifact.Versions], artifact.Tags, artifact.Aliases))));
        RunsState runs = RunsState.Empty;
        if (isWide)
        {
            runs = ReadRuns(ref reader);
            bool hasPolicies = ReadPolicies(ref reader, artifacts);
            reader.Require(isSigned || !runs.IsEmpty || hasPolicies || hasLinks == true, "a wide checkpoint that needs not be one");
        }

        TrustState trust = TrustState.Empty;
        if (isSigned)
        {
            trust = ReadTrust(ref reader);
            bool hasSignatures = ReadSignatures(ref reader, trust, artifacts);
            reader.Require(!trust.IsEmpty || hasSignatures, "a signed checkpoint that needs not be one");
        }

        reader.End();
        return new StoreState(sequence, head, artifacts.ToImmutable(), moved.ToImmutableSortedDictionary(), gone.ToImmutableSortedSet()) { Runs = runs, Trust = trust, IsLinked = hasLinks is not null };
    }

    private readonly record struct ReadArtifact(string Name, PublishedVersion[] Versions, ImmutableSortedDictionary<string, long> Tags, ImmutableSortedDictionary<string, long> Aliases);

    private static bool IsAscending(IEnumerable<PackId> ids) => ids.Zip(ids.Skip(1)).All(pair => pair.First.CompareTo(pair.Second) < 0);

    private static void Write(ref CanonicalWriter writer, PublishedVersion version)
    {
        writer.Array(7);
        writer.Digest(version.Digest);
        writer.Digest(version.Content);
        writer.Integer((int)version.Kind);
        writer.Integer(version.Sequence);
        JournalOperation.WriteRef(ref writer, version.Root);
        JournalOperation.WriteRefOrNil(ref writer, version.Packs);
        writer.Boolean(version.Retired);
    }

    private static PublishedVersion ReadVersion(ref CanonicalReader reader, long number)
    {
        reader.Array(7, "a version");
        Digest digest = reader.Digest();
        Digest content = reader.Digest();
        var kind = (ArtifactKind)reader.Integer(0, (int)ArtifactKind.Run);
        long sequence = reader.Integer(1);
        ChunkRef root = JournalOperation.ReadRef(ref reader);
        ChunkRef? packs = JournalOperation.ReadRefOrNil(ref reader);
        return new PublishedVersion(number, digest, content, kind, sequence, root, packs, reader.Boolean());
    }

    private static void Write(ref CanonicalWriter writer, ImmutableSortedDictionary<string, long> names)
    {
        writer.Array(names.Count);
        foreach ((string name, long number) in names)
        {
            writer.Array(2);
            writer.Text(name);
            writer.Integer(number);
        }
    }

    private static ImmutableSortedDictionary<string, long> ReadNames(ref CanonicalReader reader)
    {
        var names = ImmutableSortedDictionary.CreateBuilder<string, long>(StringComparer.Ordinal);
        string last = "";
        for (int left = reader.Array(3); left > 0; left--)
        {
            reader.Array(2, "a name");
            string name = reader.Text();
            reader.Require(names.Count == 0 || string.CompareOrdinal(last, name) < 0, "unsorted or repeated names");
            names.Add(name, reader.Integer(1));
            last = name;
        }

        return names.ToImmutable();
    }
}
