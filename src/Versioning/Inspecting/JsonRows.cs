using System.Text.Json;

namespace Versioning.Inspecting;

/// <summary>Counts the rows of JSON Lines and collects which keys they have, and with which types.</summary>
internal sealed class JsonRows
{
    private const int MaxKeys = 10_000;
    private const int MaxDepth = 64;

    /// <summary>All keys together, in UTF-16 code units.</summary>
    private const int MaxNames = 1 << 20;

    private static readonly string[] TypeNames = ["string", "number", "boolean", "object", "array", "null"];

    private readonly List<(string Name, int Types)> _keys = [];
    private readonly Dictionary<string, int> _byName = new(StringComparer.Ordinal);
    private int _rowTypes;
    private int _names;

    /// <summary>Lines that were added, empty ones too.</summary>
    internal long Lines { get; private set; }

    internal long Count { get; private set; }

    /// <summary>The keys in the order in which they occurred first; and, where not every row is an object, what rows are.</summary>
    internal IEnumerable<ContentItem> Keys =>
        (_rowTypes & ~Bit(JsonTokenType.StartObject)) == 0 ? KeyItems : KeyItems.Prepend(new ContentItem("row types", null, Describe(_rowTypes)));

    private IEnumerable<ContentItem> KeyItems => _keys.Select(key => new ContentItem("key", key.Name, Describe(key.Types)));

    /// <exception cref="InvalidDataException">The line is no JSON, is nested too deeply, or has too many new keys.</exception>
    internal void Add(ReadOnlySpan<byte> line)
    {
        Lines++;
        line = line.Trim(" \t\r"u8);
        if (line.IsEmpty)
        {
            return;
        }

        try
        {
            var json = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = MaxDepth });
            json.Read();
            _rowTypes |= Bit(json.TokenType);
            if (json.TokenType == JsonTokenType.StartObject)
            {
                ReadKeys(ref json);
            }
            else
            {
                json.Skip();
            }

            // The reader refuses what follows.
            json.Read();
        }
        catch (JsonException e)
        {
            throw new InvalidDataException(FormattableString.Invariant($"line {Lines:N0} is {(IsJson(line) ? $"nested deeper than {MaxDepth} levels" : "no JSON")}"), e);
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidDataException(FormattableString.Invariant($"line {Lines:N0} is no JSON"), e);
        }

        Count++;
    }

    /// <summary>Whether it is JSON at any depth: a level takes the reader no more than a bit.</summary>
    private static bool IsJson(ReadOnlySpan<byte> line)
    {
        var json = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = int.MaxValue });
        try
        {
            while (json.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private void ReadKeys(ref Utf8JsonReader json)
    {
        int expected = 0;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            // Rows mostly have the same keys in the same order: no text is made of them then.
            int index = expected < _keys.Count && json.ValueTextEquals(_keys[expected].Name) ? expected : IndexOf(json.GetString()!);
            json.Read();
            _keys[index] = (_keys[index].Name, _keys[index].Types | Bit(json.TokenType));
            json.Skip();
            expected = index + 1;
        }
    }

    private int IndexOf(string name)
    {
        if (_byName.TryGetValue(name, out int index))
        {
            return index;
        }

        _names += Math.Min(name.Length, MaxNames);
        if (_keys.Count == MaxKeys || _names > MaxNames)
        {
            throw new InvalidDataException(FormattableString.Invariant($"line {Lines:N0}: more keys than {MaxKeys:N0}, or too long ones"));
        }

        _byName.Add(name, _keys.Count);
        _keys.Add((name, 0));
        return _keys.Count - 1;
    }

    private static int Bit(JsonTokenType token) => 1 << token switch
    {
        JsonTokenType.String => 0,
        JsonTokenType.Number => 1,
        JsonTokenType.True or JsonTokenType.False => 2,
        JsonTokenType.StartObject => 3,
        JsonTokenType.StartArray => 4,
        _ => 5,
    };

    private static string Describe(int types) => string.Join(" or ", TypeNames.Where((_, i) => (types & (1 << i)) != 0));
}
