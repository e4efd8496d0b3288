namespace Versioning.Tests.Servers;

/// <summary>A request as it came; the headers' names in lower case.</summary>
internal sealed record WebRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>The key that it asks for.</summary>
    internal string Key => Path[WebServer.Base.Length..];

    internal string? Header(string name) => Headers.GetValueOrDefault(name);
}

/// <summary>An answer, and in what way it goes wrong.</summary>
internal sealed record WebAnswer(int Status, byte[] Body)
{
    internal IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>The whole object that was asked for; null where there is none.</summary>
    internal byte[]? Whole { get; init; }

    /// <summary>How many bytes of the body are sent before the connection ends; null: all.</summary>
    internal int? CutAfter { get; init; }

    /// <summary>Nothing more comes after the bytes that are sent, and the connection stays.</summary>
    internal bool Stalls { get; init; }

    /// <summary>The connection ends with a reset.</summary>
    internal bool Resets { get; init; }

    /// <summary>Not even a status is sent.</summary>
    internal bool SaysNothing { get; init; }

    /// <summary>The length is not told; the body goes in pieces.</summary>
    internal bool HidesLength { get; init; }

    internal WebAnswer With(string header, string? value)
    {
        var headers = new Dictionary<string, string>(Headers);
        headers.Remove(header);
        if (value is not null)
        {
            headers[header] = value;
        }

        return this with { Headers = headers };
    }
}
