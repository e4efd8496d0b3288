using System.Text.Json;
using Spectre.Console;

namespace Versioning.Tool.Output;

/// <summary>What a command answers: one JSON document with <c>--json</c>, else text. Data goes to stdout and nothing else does.</summary>
internal sealed class Reply(bool json)
{
    // Looks at the console only when there is one to look at.
    private readonly Lazy<IAnsiConsole> _terminal = new(() =>
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings());
        console.Profile.Width = int.MaxValue;
        return console;
    });

    internal static JsonWriterOptions JsonOptions { get; } = new() { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal bool IsJson => json;

    /// <summary>Whether people read it as it is written.</summary>
    internal bool IsTerminal { get; } = !json && !Console.IsOutputRedirected;

    /// <summary>Something that people should know and that is no data.</summary>
    internal static void Note(string text) => Console.Error.WriteLine($"vers: {Human.OneLine(text)}");

    /// <summary>Writes a line for people.</summary>
    internal void Line(string text = "")
    {
        if (!json)
        {
            Console.Out.WriteLine(Human.OneLine(text));
        }
    }

    /// <summary>Writes a text whose lines are made already, without what could disturb.</summary>
    internal void Raw(string text)
    {
        if (!json)
        {
            Console.Out.Write(text);
        }
    }

    /// <summary>Writes Markdown of others: as it is, and on a terminal without what controls it.</summary>
    /// <param name="markdown">The text.</param>
    /// <param name="isRendered">Whether a terminal shows what its marks mean.</param>
    internal void Card(string markdown, bool isRendered)
    {
        if (json)
        {
            return;
        }

        if (!IsTerminal)
        {
            Console.Out.Write(markdown);
            return;
        }

        foreach (string line in isRendered ? MarkdownText.Lines(markdown) : markdown.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n').Select(text => Markup.Escape(MarkdownText.Clean(text))))
        {
            _terminal.Value.MarkupLine(line);
        }
    }

    /// <summary>Writes one record: aligned on a terminal, separated by tabs elsewhere.</summary>
    internal void Row(params Field[] fields)
    {
        if (json)
        {
            return;
        }

        if (!IsTerminal)
        {
            Console.Out.WriteLine(string.Join('\t', fields.Select(field => Human.OneLine(field.Text ?? ""))));
            return;
        }

        string separator = "";
        foreach (Field field in fields)
        {
            if (field.OnTerminal is { Length: > 0 } shown)
            {
                _terminal.Value.Write(new Text(separator + shown, field.Color is { } color ? new Style(Color.FromConsoleColor(color)) : Style.Plain));
                separator = " ";
            }
        }

        _terminal.Value.WriteLine();
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
        using (var writer = new Utf8JsonWriter(buffer, JsonOptions))
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
