using Versioning.Canonical;
using Versioning.Packs;

namespace Versioning.Journal;

/// <summary>Something that an entry decides. Stored as an array whose first item says which operation it is.</summary>
internal abstract record JournalOperation
{
    private protected const int PublishCode = 1, TagCode = 2, AliasCode = 3, RetireCode = 4, RunCode = 5, CondemnCode = 6, RelocateCode = 7, KeyCode = 8, PolicyCode = 9, SignCode = 10, DemandCode = 11;

    internal abstract void Write(ref CanonicalWriter writer);

    internal static JournalOperation Read(ref CanonicalReader reader, string what)
    {
        int fields = reader.Array();
        long code = reader.Integer();
        int expected = code switch { PublishCode => 6, TagCode => 4, AliasCode => 5, RetireCode => 3, RunCode => 5, CondemnCode => 2, RelocateCode => 3, KeyCode => 3, PolicyCode => 4, SignCode => 5, DemandCode => 3, _ => -1 };
        if (expected < 0)
        {
            // Guessing at an unknown operation would fork the state.
            throw new VersioningException("newer_format", $"{what} holds operation {code}, which this version does not know.", "Update Versioning.");
        }

        reader.Require(fields == expected, $"an operation of {fields} fields instead of {expected}");
        return code switch
        {
            PublishCode => new PublishOperation(reader.Text(), reader.Integer(1), reader.Bytes(), ReadRef(ref reader), ReadRefOrNil(ref reader)),
            TagCode => new TagOperation(reader.Text(), reader.Text(), reader.Integer(1)),
            AliasCode => new AliasOperation(reader.Text(), reader.Text(), reader.TryNil() ? null : reader.Integer(1), reader.Integer(1)),
            RetireCode => new RetireOperation(reader.Text(), reader.Integer(1)),
            RunCode => new RunOperation(reader.Text(), reader.Id(), reader.DigestOrNil(), reader.Bytes()),
            PolicyCode => new PolicyOperation(reader.Text(), reader.Text(), RecordParts.ReadTexts(ref reader)),
            KeyCode => KeyOperation.ReadFields(ref reader),
            SignCode => SignOperation.ReadFields(ref reader),
            DemandCode => new DemandOperation(reader.Text(), reader.Boolean()),
            CondemnCode => new CondemnOperation(ReadIds(ref reader)),
            _ => RelocateOperation.ReadFields(ref reader),
        };
    }

    internal static void WriteRef(ref CanonicalWriter writer, ChunkRef reference)
    {
        StoredSpan span = reference.Span;
        writer.Array(span.IsKnown ? 7 : 2);
        writer.Id(reference.Pack.Value);
        writer.Integer(reference.Ordinal);
        if (span.IsKnown)
        {
            writer.Integer(span.Offset);
            span.Write(ref writer);
        }
    }

    internal static ChunkRef ReadRef(ref CanonicalReader reader)
    {
        int fields = reader.Array(1);
        reader.Require(fields is 2 or 7, "a chunk reference with other fields");
        var reference = new ChunkRef(new PackId(reader.Id()), (int)reader.Integer(0, int.MaxValue));
        if (fields == 2)
        {
            return reference;
        }

        int offset = (int)reader.Integer(0, PackFormat.MaxObjectLength);
        return reference with { Span = StoredSpan.Read(ref reader, offset) };
    }

    internal static void WriteRefOrNil(ref CanonicalWriter writer, ChunkRef? reference)
    {
        if (reference is { } present)
        {
            WriteRef(ref writer, present);
        }
        else
        {
            writer.Nil();
        }
    }

    internal static ChunkRef? ReadRefOrNil(ref CanonicalReader reader) => reader.TryNil() ? null : ReadRef(ref reader);

    internal static void WriteIds(ref CanonicalWriter writer, IReadOnlyCollection<PackId> ids)
    {
        writer.Array(ids.Count);
        foreach (PackId id in ids)
        {
            writer.Id(id.Value);
        }
    }

    internal static PackId[] ReadIds(ref CanonicalReader reader)
    {
        var ids = new PackId[reader.Array(18)];
        for (int i = 0; i < ids.Length; i++)
        {
            ids[i] = new PackId(reader.Id());
        }

        return ids;
    }
}

/// <summary>Publishes a version: artifact, number, record, root node of the manifest, summary of the packs it brought (nil: none).</summary>
internal sealed record PublishOperation(string Artifact, long Number, ReadOnlyMemory<byte> Record, ChunkRef Root, ChunkRef? Packs) : JournalOperation
{
    internal override void Write(ref CanonicalWriter writer)
    {
        writer.Array(6);
        writer.Integer(PublishCode);
        writer.Text(Artifact);
        writer.Integer(Number);
        writer.Bytes(Record.Span);
        WriteRef(ref writer, Root);
        WriteRefOrNil(ref writer, Packs);
    }
}

/// <summary>Sets a tag for ever.</summary>
internal sealed record TagOperation(string Artifact, string Tag, long Number) : JournalOperation
{
    internal override void Write(ref CanonicalWriter writer)
    {
        writer.Array(4);
        writer.Integer(TagCode);
        writer.Text(Artifact);
        writer.Text(Tag);
        writer.Integer(Number);
    }
}

/// <summary>Moves an alias from a number (null: it did not exist) to another.</summary>
internal sealed record AliasOperation(string Artifact, string Alias, long? From, long To) : JournalOperation
{
    internal override void Write(ref CanonicalWriter writer)
    {
        writer.Array(5);
        writer.Integer(AliasCode);
        writer.Text(Artifact);
        writer.Text(Alias);
        if (From is { } from)
        {
            writer.Integer(from);
        }
        else
        {
            writer.Nil();
        }

        writer.Integer(To);
    }
}

/// <summary>Gives up a version; its number is never used again.</summary>
internal sealed record RetireOperation(string Artifact, long Number) : JournalOperation
{
    internal override void Write(ref CanonicalWriter writer)
    {
        writer.Array(3);
        writer.Integer(RetireCode);
        writer.Text(Artifact);
        writer.Integer(Number);
    }
}

/// <summary>Starts a run: its name, its id, the key that it claims (nil: none), its plan.</summary>
internal sealed record RunOperation(string Name, UInt128 Id, Digest? Key, ReadOnlyMemory<byte> Plan) : JournalOperation
{
    internal override void Write(ref CanonicalWriter writer)
    {
        writer.Array(5);
        writer.Integer(RunCode);
        writer.Text(Name);
        writer.Id(Id);
        writer.DigestOrNil(Key);
        writer.Bytes(Plan.Span);
    }
}

/// <summary>Says which conditions a version has to meet before an alias is moved to it; none: any may be.</summary>
internal sealed record PolicyOperation(string Artifact, string Alias, IReadOnlyList<string> Conditions) : JournalOperation
{
    internal override void Write(ref CanonicalWriter writer)
    {
        writer.Array(4);
        writer.Integer(PolicyCode);
        writer.Text(Artifact);
        writer.Text(Alias);
        RecordParts.WriteTexts(ref writer, Conditions);
    }
}

/// <summary>Declares pack objects gone: anyone may delete them from now on.</summary>
internal sealed record CondemnOperation(IReadOnlyList<PackId> Objects) : JournalOperation
{
    internal override void Write(ref CanonicalWriter writer)
    {
        writer.Array(2);
        writer.Integer(CondemnCode);
        WriteIds(ref writer, Objects);
    }
}

/// <summary>Says where packs lie now, and which objects are gone with that.</summary>
internal sealed record RelocateOperation(IReadOnlyList<KeyValuePair<PackId, PackLocation>> Moves, IReadOnlyList<PackId> Gone) : JournalOperation
{
    internal override void Write(ref CanonicalWriter writer)
    {
        writer.Array(3);
        writer.Integer(RelocateCode);
        WriteMoves(ref writer, Moves);
        WriteIds(ref writer, Gone);
    }

    internal static RelocateOperation ReadFields(ref CanonicalReader reader) => new(ReadMoves(ref reader), ReadIds(ref reader));

    internal static void WriteMoves(ref CanonicalWriter writer, IReadOnlyCollection<KeyValuePair<PackId, PackLocation>> moves)
    {
        writer.Array(moves.Count);
        foreach ((PackId pack, PackLocation location) in moves)
        {
            writer.Array(4);
            writer.Id(pack.Value);
            writer.Id(location.Object.Value);
            writer.Integer(location.Base);
            writer.Array(location.Present.Count);
            foreach (OrdinalRange range in location.Present)
            {
                writer.Array(2);
                writer.Integer(range.First);
                writer.Integer(range.Count);
            }
        }
    }

    internal static KeyValuePair<PackId, PackLocation>[] ReadMoves(ref CanonicalReader reader)
    {
        var moves = new KeyValuePair<PackId, PackLocation>[reader.Array(40)];
        for (int i = 0; i < moves.Length; i++)
        {
            reader.Array(4, "a relocation");
            var pack = new PackId(reader.Id());
            var target = new PackId(reader.Id());
            int start = (int)reader.Integer(0, int.MaxValue);
            var present = new OrdinalRange[reader.Array(3)];
            for (int j = 0; j < present.Length; j++)
            {
                reader.Array(2, "a range of ordinals");
                present[j] = new OrdinalRange((int)reader.Integer(0, int.MaxValue), (int)reader.Integer(1, int.MaxValue));
            }

            moves[i] = new(pack, new PackLocation(target, start, present));
        }

        return moves;
    }
}

/// <summary>The object that holds a pack now, the ordinal there of the pack's chunk 0, and which of the pack's ordinals it holds.</summary>
internal sealed record PackLocation(PackId Object, int Base, IReadOnlyList<OrdinalRange> Present);

/// <summary>A run of ordinals.</summary>
internal readonly record struct OrdinalRange(int First, int Count)
{
    internal bool Contains(int ordinal) => ordinal >= First && ordinal - First < Count;
}
