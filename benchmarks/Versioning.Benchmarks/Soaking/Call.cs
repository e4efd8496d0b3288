using System.Text.Json;

namespace Versioning.Benchmarks.Soaking;

/// <summary>One process of vers: what it was to do and what it answered.</summary>
/// <param name="Id">Its number; it is also the author of what it writes, so the journal tells which call an entry is of.</param>
/// <param name="Writer">Who called: 0 is the parent, which kills nothing of its own.</param>
/// <param name="Kind">What was to be done.</param>
/// <param name="Arguments">The command line, without what all calls share.</param>
internal sealed record Call(long Id, int Writer, string Kind, string[] Arguments)
{
    /// <summary>When it began and when its answer was there, by one clock for all.</summary>
    public long Started { get; init; }

    public long Ended { get; init; }

    /// <summary>Null: it was killed, and may have done all, a part or nothing.</summary>
    public int? ExitCode { get; init; }

    public bool WasPaused { get; init; }

    public JsonElement? Answer { get; init; }

    public string Error { get; init; } = "";

    public bool Succeeded => ExitCode == 0;

    /// <summary>Whether it says that it has done nothing.</summary>
    public bool Refused => ExitCode is 2 or 3 or 5;

    public string Author => AuthorOf(Id);

    public string? ErrorCode => Text("error", "code");

    public static string AuthorOf(long id) => FormattableString.Invariant($"call-{id}");

    /// <summary>A text of the answer, by the names of members; null where it has none.</summary>
    public string? Text(params ReadOnlySpan<string> names)
    {
        JsonElement? at = Answer;
        foreach (string name in names)
        {
            at = at is { ValueKind: JsonValueKind.Object } element && element.TryGetProperty(name, out JsonElement member) ? member : null;
        }

        return at is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
    }

    public override string ToString() => $"{Author} ({Kind}: vers {string.Join(' ', Arguments)})";
}
