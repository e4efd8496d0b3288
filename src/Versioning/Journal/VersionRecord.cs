using System.Buffers;
using System.Globalization;
using Versioning.Canonical;

namespace Versioning.Journal;

/// <summary>
/// What a version is, as it is hashed: format, artifact, kind, manifest digest, files, bytes, time (µs), author, message,
/// tool, code (nil or url, commit, branch, dirty), inputs, parameters, metrics (decimal text), metadata, and of a run what
/// it did.
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
    IReadOnlyList<KeyValuePair<string, string>> Metadata,
    RunRecord? Run = null)
{
    /// <summary>Of what is no run: its digest never changes.</summary>
    private const int Format = 1;
    private const int RunFormat = 2;

    internal const int MaxLength = 4 * 1024 * 1024;

    internal static Digest DigestOf(ReadOnlySpan<byte> record) => DomainHash.Version(record);

    internal ReadOnlyMemory<byte> Encode()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new CanonicalWriter(output);
        writer.Array(Run is null ? 15 : 16);
        writer.Integer(Run is null ? Format : RunFormat);
        writer.Text(Artifact);
        writer.Integer((int)Kind);
        writer.Digest(Content);
        writer.Integer(FileCount);
        writer.Integer(ByteCount);
        writer.Integer(JournalEntry.Microseconds(Created));
        writer.Text(Author);
        writer.Text(Message);
        writer.Text(Tool);
        RecordParts.WriteCode(ref writer, Code);
        RecordParts.WritePins(ref writer, Inputs);
        RecordParts.WriteMap(ref writer, Parameters);
        RecordParts.WriteMap(ref writer, [.. Metrics.Select(m => KeyValuePair.Create(m.Key, m.Value.ToString("R", CultureInfo.InvariantCulture)))]);
        RecordParts.WriteMap(ref writer, Metadata);
        Run?.Write(ref writer);
        writer.Flush();
        return output.WrittenCount <= MaxLength
            ? output.WrittenMemory
            : throw new VersioningException("record_too_long", $"The record of {Artifact} would have {output.WrittenCount} bytes; at most {MaxLength} are allowed.", "Keep long texts in a file of the version.");
    }

    internal static VersionRecord Decode(ReadOnlyMemory<byte> bytes, string what)
    {
        var reader = new CanonicalReader(bytes, what);
        int fields = reader.Array();
        reader.Require(fields is 15 or 16, $"a version record of {fields} fields");
        reader.Integer(fields == 15 ? Format : RunFormat, fields == 15 ? Format : RunFormat);
        string artifact = reader.Text();
        reader.Require(References.IsArtifactName(artifact), $"the artifact name '{artifact}'");
        var kind = (ArtifactKind)reader.Integer(0, (int)ArtifactKind.Run);
        reader.Require(kind == ArtifactKind.Run == (fields == 16), $"a version record of {fields} fields of a {kind}");
        Digest content = reader.Digest();
        long files = reader.Integer();
        long byteCount = reader.Integer();
        DateTimeOffset created = RecordParts.ReadTime(ref reader);
        string author = reader.Text();
        string message = reader.Text();
        string tool = reader.Text();
        CodeCommit? code = RecordParts.ReadCode(ref reader);
        ArtifactPin[] inputs = RecordParts.ReadPins(ref reader);
        KeyValuePair<string, string>[] parameters = RecordParts.ReadMap(ref reader);
        var metrics = new List<KeyValuePair<string, double>>();
        foreach ((string name, string text) in RecordParts.ReadMap(ref reader))
        {
            bool parsed = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value);
            reader.Require(parsed, $"the metric '{name}' with the value '{text}'");
            metrics.Add(KeyValuePair.Create(name, value));
        }

        KeyValuePair<string, string>[] metadata = RecordParts.ReadMap(ref reader);
        RunRecord? run = fields == 16 ? RunRecord.Read(ref reader) : null;
        reader.End();
        return new VersionRecord(artifact, kind, content, files, byteCount, created, author, message, tool, code, inputs, parameters, metrics, metadata, run);
    }
}
