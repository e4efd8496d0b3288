// Nearest centroid: the mean of each species, by its first columns: train.cs <flowers> <model> <columns>
using System.Globalization;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
int columns = int.Parse(args[2]);

var means = Read("training.csv").GroupBy(flower => flower.Species).OrderBy(group => group.Key, StringComparer.Ordinal)
    .Select(group => (Species: group.Key, Mean: Enumerable.Range(0, columns).Select(i => Math.Round(group.Average(flower => flower.Lengths[i]), 4)).ToArray()))
    .ToList();
Directory.CreateDirectory(args[1]);
File.WriteAllText(Path.Combine(args[1], "centroids.csv"), string.Concat(means.Select(m => $"{string.Join(',', m.Mean)},{m.Species}\n")));

var heldOut = Read("held-out.csv");
double right = heldOut.Count(flower => means.MinBy(m => Distance(m.Mean, flower.Lengths)).Species == flower.Species);
double accuracy = Math.Round(right / heldOut.Count, 4);
File.WriteAllText(Path.Combine(args[1], "..", "metrics.json"), $$"""{ "accuracy": {{accuracy}} }""");
Console.WriteLine($"accuracy {accuracy} on {heldOut.Count} flowers");

static double Distance(double[] mean, double[] lengths) => mean.Zip(lengths, (a, b) => (a - b) * (a - b)).Sum();

List<(double[] Lengths, string Species)> Read(string name) =>
    [.. File.ReadLines(Path.Combine(args[0], name)).Skip(1).Select(line => line.Split(','))
        .Select(cells => (cells[..^1].Take(columns).Select(double.Parse).ToArray(), cells[^1]))];
