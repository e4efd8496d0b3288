using System.Buffers;
using Versioning.Canonical;

namespace Versioning.Journal;

/// <summary>One entry of the journal. Stored as an array: format, sequence, hash of the entry before, nonce, time (µs since 1970), author, tool, operations, signature (nil: none); sealed.</summary>
internal sealed record JournalEntry(
    long Sequence,
    Digest Previous,
    UInt128 Nonce,
    DateTimeOffset Time,
    string Author,
    string Tool,
    IReadOnlyList<JournalOperation> Operations)
{
    internal const int Format = 1;
    internal const int MaxLength = 16 * 1024 * 1024;

    /// <summary>By whom it is signed; null: it is not.</summary>
    internal EntrySignature? Signature { get; init; }

    internal ReadOnlyMemory<byte> Encode()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new CanonicalWriter(output);
        WriteHead(ref writer);
        if (Signature is { } signature)
        {
            signature.Write(ref writer);
        }
        else
        {
            writer.Nil();
        }

        writer.Flush();
        return Sealed.Close(output);
    }

    /// <summary>The entry with a signature.</summary>
    internal async ValueTask<JournalEntry> SignAsync(SigningKey key, CancellationToken cancellationToken)
    {
        Digest head = HeadDigest(key.Id);
        return this with { Signature = new EntrySignature(key.Id, await key.SignAsync(head, cancellationToken).ConfigureAwait(false), head) };
    }

    private Digest HeadDigest(Digest key)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new CanonicalWriter(output);
        WriteHead(ref writer);
        EntrySignature.WriteKey(ref writer, key);
        writer.Flush();
        return DomainHash.SignedEntry(output.WrittenSpan);
    }

    /// <summary>All but the signature.</summary>
    private void WriteHead(ref CanonicalWriter writer)
    {
        writer.Array(9);
        writer.Integer(Format);
        writer.Integer(Sequence);
        writer.Digest(Previous);
        writer.Id(Nonce);
        writer.Integer(Microseconds(Time));
        writer.Text(Author);
        writer.Text(Tool);
        writer.Array(Operations.Count);
        foreach (JournalOperation operation in Operations)
        {
            operation.Write(ref writer);
        }
    }

    internal static JournalEntry Decode(ReadOnlyMemory<byte> bytes, string what)
    {
        ReadOnlyMemory<byte> content = Sealed.Open(bytes, what);
        var reader = new CanonicalReader(content, what);
        reader.Array(9, "a journal entry");
        long format = reader.Integer();
        if (format != Format)
        {
            throw new VersioningException("newer_format", $"{what} has entry format {format}; this version reads {Format}.", "Update Versioning.");
        }

        long sequence = reader.Integer(1);
        Digest previous = reader.Digest();
        UInt128 nonce = reader.Id();
        long time = reader.Integer(0, MaxMicroseconds);
        string author = reader.Text();
        string tool = reader.Text();
        var operations = new JournalOperation[reader.Array()];
        for (int i = 0; i < operations.Length; i++)
        {
            operations[i] = JournalOperation.Read(ref reader, what);
        }

        EntrySignature? signature = reader.TryNil() ? null : EntrySignature.Read(ref reader, content);
        reader.End();
        return new JournalEntry(sequence, previous, nonce, DateTimeOffset.UnixEpoch.AddTicks(time * 10), author, tool, operations) { Signature = signature };
    }

    /// <summary>The record that is published here as a version; null where none is.</summary>
    internal ReadOnlyMemory<byte>? RecordOf(ArtifactPin pin)
    {
        foreach (PublishOperation publish in Operations.OfType<PublishOperation>())
        {
            if (publish.Artifact == pin.Artifact && publish.Number == pin.Number && VersionRecord.DigestOf(publish.Record.Span) == pin.Digest)
            {
                return publish.Record;
            }
        }

        return null;
    }

    /// <summary>The run that is published here and made a version; null where there is none.</summary>
    internal ArtifactPin? RunOf(ArtifactPin made)
    {
        foreach (PublishOperation publish in Operations.OfType<PublishOperation>().Where(p => References.IsRunName(p.Artifact)))
        {
            if (VersionRecord.Decode(publish.Record, $"The record of {publish.Artifact}@{publish.Number}").Run?.Outputs.Contains(made) == true)
            {
                return new ArtifactPin(publish.Artifact, publish.Number, VersionRecord.DigestOf(publish.Record.Span));
            }
        }

        return null;
    }

    internal const long MaxMicroseconds = 253_402_300_799_999_999; // the end of the year 9999

    internal static long Microseconds(DateTimeOffset time) => Math.Clamp((time - DateTimeOffset.UnixEpoch).Ticks / 10, 0, MaxMicroseconds);
}
