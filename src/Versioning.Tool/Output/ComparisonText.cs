using System.Globalization;

namespace Versioning.Tool.Output;

/// <summary>Versions side by side as a table.</summary>
internal static class ComparisonText
{
    private const string Missing = "–";

    /// <summary>Every value in full, and differences of metrics in columns of their own.</summary>
    internal static Table ForPrograms(VersionComparison comparison, IEnumerable<ComparedRow> rows)
    {
        string[] labels = [.. comparison.Versions.Select(Label)];
        var table = new Table([new("group"), new("name"), .. labels.Select(label => new Field(label)), .. labels.Skip(1).Select(label => new Field($"{label} - {labels[0]}"))]);
        foreach (ComparedRow row in rows)
        {
            table.Add([new(row.Group), new(row.Name), .. row.Values.Select(value => new Field(value)), .. row.Differences.Skip(1).Select(difference => new Field(difference?.ToString("R", CultureInfo.InvariantCulture)))]);
        }

        return table;
    }

    /// <summary>Digests short, differences beside the metrics, and a group named once.</summary>
    internal static Table ForPeople(VersionComparison comparison, IEnumerable<ComparedRow> rows)
    {
        var table = new Table([new("", Color: ConsoleColor.Yellow), new("", Color: ConsoleColor.Yellow), .. comparison.Versions.Select(version => new Field(Label(version), Color: ConsoleColor.Yellow))]);
        string? group = null;
        foreach (ComparedRow row in rows)
        {
            table.Add([new(row.Group, row.Group == group ? "" : null, Color: ConsoleColor.Green), new(row.Name), .. Enumerable.Range(0, row.Values.Count).Select(i => new Field(row.Values[i], Cell(row, i)))]);
            group = row.Group;
        }

        return table;
    }

    private static string Label(ArtifactVersion version) => $"{version.Artifact}@{version.Number}";

    private static string Cell(ComparedRow row, int index) =>
        (row.Group, row.Name, row.Values[index]) switch
        {
            (_, _, null) => Missing,
            ("metrics", _, { } value) => value + Difference(row.Differences[index]),
            ("inputs" or "outputs", _, { } value) => string.Join(", ", value.Split(' ').Select(Version)),
            ("version", "madeBy", { } value) => value.Split('#')[0],
            ("code", "commit", { Length: > VersionText.ShortDigest } value) => value[..VersionText.ShortDigest],
            (_, _, { } value) => Short(value),
        };

    /// <summary>Number and digest of a pin; its artifact is the name of the row.</summary>
    private static string Version(string pin)
    {
        string[] parts = pin.Split('@', '#');
        return $"{parts[1]} ({Short(parts[2])})";
    }

    private static string Short(string value) => Digest.TryParse(value, out Digest digest) ? digest.ToHex()[..VersionText.ShortDigest] : value;

    private static string Difference(double? difference) =>
        difference is null or 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" ({(difference > 0 ? "+" : "")}{difference:G6})");
}
