using System.Globalization;
using System.Text;

namespace Versioning.Tool.Quickstart;

/// <summary>A flower: four lengths in centimetres, and the species.</summary>
internal sealed record IrisRow(double[] Features, string Species, string Line)
{
    /// <summary>
    /// Held out of training. Decided by the row's own text, so that it stays on its side when other rows come or go
    /// and the accuracies of two models are measured on the same flowers.
    /// </summary>
    internal bool HeldOut { get; } = IsHeldOut(Line);

    private static bool IsHeldOut(string line)
    {
        Span<byte> hash = stackalloc byte[Digest.Size];
        Digest.Of(Encoding.UTF8.GetBytes(line)).CopyTo(hash);
        return hash[0] % 3 == 0;
    }
}

/// <summary>Fisher's iris table as CSV.</summary>
internal static class IrisTable
{
    internal const string FileName = "iris.csv";
    internal static readonly string[] Columns = ["sepal_length", "sepal_width", "petal_length", "petal_width"];

    internal static void Extract(string path)
    {
        using Stream table = typeof(IrisTable).Assembly.GetManifestResourceStream("Quickstart/iris.csv")
            ?? throw new InvalidOperationException("The tool was built without its iris table.");
        using FileStream file = File.Create(path);
        table.CopyTo(file);
    }

    internal static List<IrisRow> Read(string path) => [.. File.ReadLines(path).Skip(1).Where(line => line.Length > 0).Select(Parse)];

    internal static void Write(string path, IEnumerable<IrisRow> rows)
    {
        var text = new StringBuilder().Append(string.Join(',', Columns)).Append(",species\n");
        foreach (IrisRow row in rows)
        {
            text.Append(row.Line).Append('\n');
        }

        File.WriteAllText(path, text.ToString());
    }

    /// <summary>
    /// Training rows of which a length lies more than <paramref name="deviations"/> standard deviations from their species' mean.
    /// Held-out rows are never judged: to drop those would only flatter the accuracy.
    /// </summary>
    internal static List<IrisRow> Outliers(IReadOnlyList<IrisRow> rows, NaiveBayes model, double deviations) =>
        [.. rows.Where(row => !row.HeldOut && model.Distance(row) > deviations)];

    private static IrisRow Parse(string line)
    {
        string[] cells = line.Split(',');
        return new IrisRow([.. cells.Take(Columns.Length).Select(c => double.Parse(c, CultureInfo.InvariantCulture))], cells[Columns.Length], line);
    }
}
