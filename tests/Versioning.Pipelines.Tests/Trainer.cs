using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Versioning.Pipelines.Tests;

/// <summary>A training as users have them: reads a table, leaves a model and its metrics, and knows nothing of versions.</summary>
internal static class Trainer
{
    /// <param name="arguments">The table, the model's file, the metrics' file, how many columns are features, the L2 weight.</param>
    private static int Main(string[] arguments)
    {
        (string table, string model, string metrics) = (arguments[0], arguments[1], arguments[2]);
        (int features, float l2) = (int.Parse(arguments[3], CultureInfo.InvariantCulture), float.Parse(arguments[4], CultureInfo.InvariantCulture));
        var ml = new MLContext(seed: 1);
        var layout = new TextLoader.Options
        {
            Columns = [new TextLoader.Column("Features", DataKind.Single, 0, features - 1), new TextLoader.Column("species", DataKind.String, 4)],
            HasHeader = true,
            Separators = [','],
        };
        DataOperationsCatalog.TrainTestData parts = ml.Data.TrainTestSplit(ml.Data.LoadFromTextFile(table, layout), testFraction: 0.4, seed: 1);
        var training = ml.Transforms.Conversion.MapValueToKey("Label", "species")
            .Append(ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy(l2Regularization: l2));
        var trained = training.Fit(parts.TrainSet);
        double accuracy = ml.MulticlassClassification.Evaluate(trained.Transform(parts.TestSet)).MicroAccuracy;
        Directory.CreateDirectory(Path.GetDirectoryName(model)!);
        ml.Model.Save(trained, parts.TrainSet.Schema, model);
        File.WriteAllText(metrics, string.Create(CultureInfo.InvariantCulture, $"{{ \"accuracy\": {accuracy:R} }}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"accuracy {accuracy:F3}"));
        return 0;
    }
}
