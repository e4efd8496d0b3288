using Microsoft.ML;

namespace Versioning.ML.Tests;

/// <summary>Pipelines with other columns than requests have.</summary>
internal static class Columns
{
    internal static void Save(string path, string input, string output)
    {
        var context = new MLContext(seed: 1);
        IDataView rows = context.Data.LoadFromEnumerable<All>([new()]);
        context.Model.Save(context.Transforms.Expression(output, "(x) => x * 2f", input).Fit(rows), rows.Schema, path);
    }

    private sealed class All
    {
        public float X { get; set; }

        public float Z { get; set; }

        public float Months { get; set; }
    }
}
