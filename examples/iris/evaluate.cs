// Which held-out flowers are taken for another species: evaluate.cs <model> <flowers> <report>
using System.Globalization;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var means = Read(Path.Combine(args[0], "centroids.csv")).ToList();
var mistakes = Read(Path.Combine(args[1], "held-out.csv"), skip: 1)
    .Select(flower => (flower.Species, Taken: means.MinBy(m => Distance(m.Lengths, flower.Lengths)).Species))
    .Where(pair => pair.Species != pair.Taken)
    .CountBy(pair => pair);

Directory.CreateDirectory(args[2]);
string report = string.Concat(mistakes.OrderBy(m => m.Key).Select(m => $"{m.Key.Species},{m.Key.Taken},{m.Value}\n").Prepend("species,taken for,flowers\n"));
File.WriteAllText(Path.Combine(args[2], "mistakes.csv"), report);
Console.Write(report);

static double Distance(double[] mean, double[] lengths) => mean.Zip(lengths, (a, b) => (a - b) * (a - b)).Sum();

static IEnumerable<(double[] Lengths, string Species)> Read(string path, int skip = 0) =>
    File.ReadLines(path).Skip(skip).Select(line => line.Split(',')).Select(cells => (cells[..^1].Select(double.Parse).ToArray(), cells[^1]));
