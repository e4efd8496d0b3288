using Microsoft.ML;

namespace Versioning.ML.Tests;

/// <summary>Pipelines with other columns than requests have.</summary>
internal static class Columns
{
    internal static void Save(string path, string input, string output)
    {
        var context = new MLContext(seed: 1);
        IDataView rows = input == nameof(Row.X) ? context.Data.LoadFromEnumerable<Row>([new()]) : context.Data.LoadFromEnumerable<Other>([new()]);
        context.Model.Save(context.Transforms.Expression(output, "(x) => x * 2f", input).Fit(rows), rows.Schema, path);
    }

    private sealed class Other
    {
        public float Z { get; set; }
    }
}
