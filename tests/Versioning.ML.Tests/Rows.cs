using Microsoft.ML;

namespace Versioning.ML.Tests;

internal sealed class Row
{
    public float X { get; set; }
}

internal sealed class Answer
{
    public float Y { get; set; }
}

/// <summary>Models whose answer tells which of them it was.</summary>
internal static class Rows
{
    /// <summary>A pipeline that multiplies: exact, and made without training.</summary>
    internal static void Save(string path, int factor, string output = "Y")
    {
        var context = new MLContext(seed: 1);
        IDataView rows = context.Data.LoadFromEnumerable<Row>([new() { X = 1 }]);
        ITransformer model = context.Transforms.Expression(output, $"(x) => x * {factor}f", nameof(Row.X)).Fit(rows);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        context.Model.Save(model, rows.Schema, path);
    }

    /// <summary>A model that learnt from ten rows that its answer is four times the row.</summary>
    internal static void Train(string path)
    {
        var context = new MLContext(seed: 1);
        IDataView rows = context.Data.LoadFromEnumerable(Enumerable.Range(0, 10).Select(i => new Learnt { X = i, Label = 4 * i }));
        ITransformer model = context.Transforms.Concatenate("Features", nameof(Learnt.X))
            .Append(context.Regression.Trainers.OnlineGradientDescent(learningRate: 0.02f, numberOfIterations: 200))
            .Append(context.Transforms.CopyColumns("Y", "Score"))
            .Fit(rows);
        context.Model.Save(model, rows.Schema, path);
    }

    private sealed class Learnt
    {
        public float X { get; set; }

        public float Label { get; set; }
    }
}
