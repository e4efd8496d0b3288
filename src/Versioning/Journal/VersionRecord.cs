using System.Buffers;
using System.Globalization;
using Versioning.Canonical;

namespace Versioning.Journal;

/// <summary>
/// What a version is, as it is hashed: format, artifact, kind, manifest digest, files, bytes, time (µs), author, message,
/// tool, code (nil or url, commit, branch, dirty), inputs, parameters, metrics (decimal text), metadata.
/// </summary>
internal sealed record VersionRecord(
    string Artifact,
    ArtifactKind Kind,
    Digest Content,
    long FileCount,
    long ByteCount,
    DateTimeOffset Created,
    string Author,
    string Message,
    string Tool,
    CodeCommit? Code,
    IReadOnlyList<ArtifactPin> Inputs,
    IReadOnlyList<KeyValuePair<string, string>> Parameters,
    IReadOnlyList<KeyValuePair<string, double>> Metrics,
    IReadOnlyList<KeyValuePair<string, string>> Metadata)
{
    private const int Format = 1;

    internal const int MaxLength = 4 * 1024 * 1024;

    internal static Digest DigestOf(ReadOnlySpan<byte> record) => DomainHash.Version(record);

    internal ReadOnlyMemory<byte> Encode()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new CanonicalWriter(output);
        writer.Array(15);
        writer.Integer(Format);
        writer.Text(Artifact);
        writer.Integer((int)Kind);
        writer.Digest(Content);
        writer.Integer(FileCount);
        writer.Integer(ByteCount);
        writer.Integer(JournalEntry.Microseconds(Created));
        writer.Text(Author);
        writer.Text(Message);
        writer.Text(Tool);
        WriteCode(ref writer);
        writer.Array(Inputs.Count);
        foreach (ArtifactPin input in Inputs)
        {
            writer.Array(3);
            writer.Text(input.Artifact);
            writer.Integer(input.Number);
            writer.Digest(input.Digest);
        }

        WriteMap(ref writer, Parameters);
        WriteMap(ref writer, [.. Metrics.Select(m => KeyValuePair.Create(m.Key, m.Value.ToString("R", CultureInfo.InvariantCulture)))]);
        WriteMap(ref writer, Metadata);
        writer.Flush();
        return output.WrittenCount <= MaxLength
            ? output.WrittenMemory
            : throw new VersioningException("record_too_long", $"The record of {Artifact} would have {output.WrittenCount} bytes; at most {MaxLength} are allowed.", "Keep long texts in a file of the version.");
    }

    internal static VersionRecord Decode(ReadOnlyMemory<byte> bytes, string what)
    {
        var reader = new CanonicalReader(bytes, what);
        reader.Array(15, "a version record");
        reader.Integer(Format, Format);
        string artifact = reader.Text();
        reader.Require(References.IsArtifactName(artifact), $"the artifact name '{artifact}'");
        var kind = (ArtifactKind)reader.Integer(0, 1);
        Digest content = reader.Digest();
        long files = reader.Integer();
        long byteCount = reader.Integer();
        long created = reader.Integer(0, JournalEntry.MaxMicroseconds);
        string author = reader.Text();
        string message = reader.Text();
        string tool = reader.Text();
        CodeCommit? code = ReadCode(ref reader);
        var inputs = new ArtifactPin[reader.Array(36)];
        for (int i = 0; i < inputs.Length; i++)
        {
            reader.Array(3, "an input");
            inputs[i] = new ArtifactPin(reader.Text(), reader.Integer(1), reader.Digest());
        }

        KeyValuePair<string, string>[] parameters = ReadMap(ref reader);
        var metrics = new List<KeyValuePair<string, double>>();
        foreach ((string name, string text) in ReadMap(ref reader))
        {
            bool parsed = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value);
            reader.Require(parsed, $"the metric '{name}' with the value '{text}'");
            metrics.Add(KeyValuePair.Create(name, value));
        }

        KeyValuePair<string, string>[] metadata = ReadMap(ref reader);
        reader.End();
        return new VersionRecord(artifact, kind, content, files, byteCount, DateTimeOffset.UnixEpoch.AddTicks(created * 10), author, message, tool, code, inputs, parameters, metrics, metadata);
    }

    private void WriteCode(ref CanonicalWriter writer)
    {
        if (Code is null)
        {
            writer.Nil();
            return;
        }

        writer.Array(4);
        writer.TextOrNil(Code.Url);
        writer.Text(Code.Commit);
        writer.TextOrNil(Code.Branch);
        writer.Boolean(Code.IsDirty);
    }

    private static CodeCommit? ReadCode(ref CanonicalReader reader)
    {
        if (reader.TryNil())
        {
            return null;
        }

        reader.Array(4, "a code commit");
        return new CodeCommit(reader.TextOrNil(), reader.Text(), reader.TextOrNil(), reader.Boolean());
    }

    private static void WriteMap(ref CanonicalWriter writer, IReadOnlyList<KeyValuePair<string, string>> map)
    {
        writer.Array(map.Count);
        foreach ((string name, string value) in map)
        {
            writer.Array(2);
            writer.Text(name);
            writer.Text(value);
        }
    }

    private static KeyValuePair<string, string>[] ReadMap(ref CanonicalReader reader)
    {
        var map = new KeyValuePair<string, string>[reader.Array(3)];
        for (int i = 0; i < map.Length; i++)
        {
            reader.Array(2, "a pair");
            map[i] = KeyValuePair.Create(reader.Text(), reader.Text());
            reader.Require(i == 0 || string.CompareOrdinal(map[i - 1].Key, map[i].Key) < 0, "unsorted or repeated names");
        }

        return map;
    }
}
