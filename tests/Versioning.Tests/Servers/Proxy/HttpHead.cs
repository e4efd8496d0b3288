using System.Globalization;
using System.Text;

namespace Versioning.Tests.Servers.Proxy;

/// <summary>The head of a request or an answer, with the bytes that it came as.</summary>
internal sealed class HttpHead
{
    private readonly Dictionary<string, string> _headers = new(StringComparer.OrdinalIgnoreCase);
    private readonly string[] _first;

    internal HttpHead(byte[] bytes)
    {
        Bytes = bytes;
        string[] lines = Encoding.Latin1.GetString(bytes).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        _first = lines[0].Split(' ', 3);
        foreach (string line in lines.Skip(1))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            _headers[line[..colon]] = line[(colon + 1)..].Trim();
        }
    }

    internal byte[] Bytes { get; }

    /// <summary>Of a request.</summary>
    internal string Method => _first[0];

    /// <summary>Of a request: path and query.</summary>
    internal string Target => _first[1];

    /// <summary>Of an answer.</summary>
    internal int Status => int.Parse(_first[1], CultureInfo.InvariantCulture);

    internal bool IsChunked => Has("Transfer-Encoding", "chunked");

    /// <summary>The length that is told of the body; null where none is.</summary>
    internal long? Length => _headers.TryGetValue("Content-Length", out string? length) ? long.Parse(length, CultureInfo.InvariantCulture) : null;

    /// <summary>Whether the body is sent only when the server asks for it.</summary>
    internal bool WaitsToSend => Has("Expect", "100-continue");

    /// <summary>Whether the connection ends with this message.</summary>
    internal bool IsLast => Has("Connection", "close");

    private bool Has(string header, string value) => _headers.TryGetValue(header, out string? found) && found.Equals(value, StringComparison.OrdinalIgnoreCase);
}
