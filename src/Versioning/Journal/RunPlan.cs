using System.Buffers;
using Versioning.Canonical;

namespace Versioning.Journal;

/// <summary>
/// What is known of a run when it starts, so that one that never ends can be told of: format, command, machine, code
/// (or nil), inputs, parameters.
/// </summary>
internal sealed record RunPlan(
    IReadOnlyList<string> Command,
    string Machine,
    CodeCommit? Code,
    IReadOnlyList<ArtifactPin> Inputs,
    IReadOnlyList<KeyValuePair<string, string>> Parameters)
{
    private const int Format = 1;

    internal ReadOnlyMemory<byte> Encode()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new CanonicalWriter(output);
        writer.Array(6);
        writer.Integer(Format);
        RecordParts.WriteTexts(ref writer, Command);
        writer.Text(Machine);
        RecordParts.WriteCode(ref writer, Code);
        RecordParts.WritePins(ref writer, Inputs);
        RecordParts.WriteMap(ref writer, Parameters);
        writer.Flush();
        return output.WrittenCount <= VersionRecord.MaxLength
            ? output.WrittenMemory
            : throw new VersioningException("record_too_long", $"The plan of the run would have {output.WrittenCount} bytes; at most {VersionRecord.MaxLength} are allowed.", "Keep long parameters in a file.");
    }

    internal static RunPlan Decode(ReadOnlyMemory<byte> bytes, string what)
    {
        var reader = new CanonicalReader(bytes, what);
        reader.Array(6, "the plan of a run");
        reader.Integer(Format, Format);
        string[] command = RecordParts.ReadTexts(ref reader);
        string machine = reader.Text();
        CodeCommit? code = RecordParts.ReadCode(ref reader);
        ArtifactPin[] inputs = RecordParts.ReadPins(ref reader);
        KeyValuePair<string, string>[] parameters = RecordParts.ReadMap(ref reader);
        reader.End();
        return new RunPlan(command, machine, code, inputs, parameters);
    }
}
