using System.Text.Json;

namespace Versioning.Tool.Output;

/// <summary>What a command answers: one JSON document with <c>--json</c>, else text. Data goes to stdout and nothing else does.</summary>
internal sealed class Reply(bool json)
{
    internal bool IsJson => json;

    /// <summary>Writes a line for people.</summary>
    internal void Line(string text = "")
    {
        if (!json)
        {
            Console.Out.WriteLine(text);
        }
    }

    /// <summary>Writes the document for programs.</summary>
    internal void Document(Action<Utf8JsonWriter> write)
    {
        if (json)
        {
            Write(write);
        }
    }

    internal static void Write(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        buffer.WriteByte((byte)'\n');
        using Stream output = Console.OpenStandardOutput();
        output.Write(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
