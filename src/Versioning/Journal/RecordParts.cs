using Versioning.Canonical;

namespace Versioning.Journal;

/// <summary>What several records are made of.</summary>
internal static class RecordParts
{
    internal static void WriteMap(ref CanonicalWriter writer, IReadOnlyList<KeyValuePair<string, string>> map)
    {
        writer.Array(map.Count);
        foreach ((string name, string value) in map)
        {
            writer.Array(2);
            writer.Text(name);
            writer.Text(value);
        }
    }

    internal static KeyValuePair<string, string>[] ReadMap(ref CanonicalReader reader)
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

    internal static void WritePins(ref CanonicalWriter writer, IReadOnlyList<ArtifactPin> pins)
    {
        writer.Array(pins.Count);
        foreach (ArtifactPin pin in pins)
        {
            writer.Array(3);
            writer.Text(pin.Artifact);
            writer.Integer(pin.Number);
            writer.Digest(pin.Digest);
        }
    }

    internal static ArtifactPin[] ReadPins(ref CanonicalReader reader)
    {
        var pins = new ArtifactPin[reader.Array(36)];
        for (int i = 0; i < pins.Length; i++)
        {
            reader.Array(3, "a version");
            pins[i] = new ArtifactPin(reader.Text(), reader.Integer(1), reader.Digest());
        }

        return pins;
    }

    internal static void WriteTexts(ref CanonicalWriter writer, IReadOnlyList<string> texts)
    {
        writer.Array(texts.Count);
        foreach (string text in texts)
        {
            writer.Text(text);
        }
    }

    internal static string[] ReadTexts(ref CanonicalReader reader)
    {
        string[] texts = new string[reader.Array(1)];
        for (int i = 0; i < texts.Length; i++)
        {
            texts[i] = reader.Text();
        }

        return texts;
    }

    internal static DateTimeOffset ReadTime(ref CanonicalReader reader) =>
        DateTimeOffset.UnixEpoch.AddTicks(reader.Integer(0, JournalEntry.MaxMicroseconds) * 10);

    internal static void WriteCode(ref CanonicalWriter writer, CodeCommit? code)
    {
        if (code is null)
        {
            writer.Nil();
            return;
        }

        writer.Array(4);
        writer.TextOrNil(code.Url);
        writer.Text(code.Commit);
        writer.TextOrNil(code.Branch);
        writer.Boolean(code.IsDirty);
    }

    internal static CodeCommit? ReadCode(ref CanonicalReader reader)
    {
        if (reader.TryNil())
        {
            return null;
        }

        reader.Array(4, "a code commit");
        return new CodeCommit(reader.TextOrNil(), reader.Text(), reader.TextOrNil(), reader.Boolean());
    }
}
