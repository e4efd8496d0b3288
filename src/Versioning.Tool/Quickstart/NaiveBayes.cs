using System.Text.Json;

namespace Versioning.Tool.Quickstart;

/// <summary>A Gaussian naive Bayes classifier: for every species a share, and for every length a mean and a variance.</summary>
internal sealed class NaiveBayes
{
    // Keeps a length that never varies in training from making every other value impossible.
    private const double LeastVariance = 1e-6;

    private readonly List<Species> _species = [];

    private sealed record Species(string Name, double Share, double[] Means, double[] Variances);

    internal static NaiveBayes Train(IReadOnlyList<IrisRow> rows)
    {
        var model = new NaiveBayes();
        foreach (IGrouping<string, IrisRow> group in rows.GroupBy(r => r.Species).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            double count = group.Count();
            double[] means = new double[IrisTable.Columns.Length], variances = new double[means.Length];
            for (int i = 0; i < means.Length; i++)
            {
                double mean = means[i] = group.Sum(r => r.Features[i]) / count;
                variances[i] = Math.Max(LeastVariance, group.Sum(r => (r.Features[i] - mean) * (r.Features[i] - mean)) / count);
            }

            model._species.Add(new Species(group.Key, count / rows.Count, means, variances));
        }

        return model;
    }

    /// <summary>The most probable species and its probability.</summary>
    internal (string Species, double Probability) Predict(ReadOnlySpan<double> features)
    {
        double[] scores = new double[_species.Count];
        for (int s = 0; s < scores.Length; s++)
        {
            Species species = _species[s];
            scores[s] = Math.Log(species.Share);
            for (int i = 0; i < features.Length; i++)
            {
                double off = features[i] - species.Means[i];
                scores[s] -= 0.5 * (Math.Log(2 * Math.PI * species.Variances[i]) + (off * off / species.Variances[i]));
            }
        }

        int best = Array.IndexOf(scores, scores.Max());
        return (_species[best].Name, 1 / scores.Sum(score => Math.Exp(score - scores[best])));
    }

    internal double Accuracy(IReadOnlyList<IrisRow> rows) =>
        rows.Count == 0 ? 0 : (double)rows.Count(row => Predict(row.Features).Species == row.Species) / rows.Count;

    /// <summary>The largest distance of a row's lengths from the means of its species, in standard deviations.</summary>
    internal double Distance(IrisRow row)
    {
        Species species = _species.Single(s => s.Name == row.Species);
        return row.Features.Select((value, i) => Math.Abs(value - species.Means[i]) / Math.Sqrt(species.Variances[i])).Max();
    }

    internal void Save(string path)
    {
        using FileStream file = File.Create(path);
        using var json = new Utf8JsonWriter(file, new JsonWriterOptions { Indented = true, NewLine = "\n" });
        json.WriteStartObject();
        json.WriteString("model", "gaussian-naive-bayes");
        WriteArray("features", IrisTable.Columns, (column) => json.WriteStringValue(column));
        json.WriteStartArray("species");
        foreach (Species species in _species)
        {
            json.WriteStartObject();
            json.WriteString("name", species.Name);
            json.WriteNumber("share", species.Share);
            WriteArray("means", species.Means, json.WriteNumberValue);
            WriteArray("variances", species.Variances, json.WriteNumberValue);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();

        void WriteArray<T>(string name, T[] values, Action<T> write)
        {
            json.WriteStartArray(name);
            Array.ForEach(values, write);
            json.WriteEndArray();
        }
    }

    internal static NaiveBayes Load(string path)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
        var model = new NaiveBayes();
        foreach (JsonElement species in document.RootElement.GetProperty("species").EnumerateArray())
        {
            model._species.Add(new Species(species.GetProperty("name").GetString()!, species.GetProperty("share").GetDouble(), Numbers(species, "means"), Numbers(species, "variances")));
        }

        return model;
    }

    private static double[] Numbers(JsonElement of, string name) => [.. of.GetProperty(name).EnumerateArray().Select(n => n.GetDouble())];
}
