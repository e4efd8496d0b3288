using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Versioning.Tool.Output;
using Versioning.Tool.Quickstart;

namespace Versioning.Tool.Commands;

internal sealed class QuickstartCommand() : VersCommand("quickstart", "A tour in a temporary folder: data, a model, their history, and the first model back.", "0 fine, 4 damaged")
{
    // Low enough that the second model answers differently on some held-out flowers, so that there is something to compare.
    private const double Deviations = 2;

    // Between versicolor and virginica, where the two species overlap.
    private static readonly double[] Flower = [6.0, 2.9, 4.8, 1.6];

    protected override async Task<int> RunAsync(ParseResult parsed, Reply reply, CancellationToken cancellationToken)
    {
        string folder = Path.Combine(Path.GetTempPath(), "vers-quickstart-" + Guid.NewGuid().ToString("N")[..8]);
        Directory.CreateDirectory(Path.Combine(folder, "data"));
        reply.Line($"Everything happens in {folder}");
        reply.Line($"$ cd {folder}");
        reply.Line();

        // As the line says: else the commit of the checkout from which this was started would count as the code.
        Environment.CurrentDirectory = folder;
        reply.Line("$ vers init");

        // Its own cache, so that removing the folder removes everything.
        var options = new VersionStoreOptions { CacheDirectory = Path.Combine(folder, ".cache") };
        await using VersionStore store = await Workspace.InitAsync(folder, ".versions", options, cancellationToken).ConfigureAwait(false);
        reply.Line($"{store.Location} is ready; {Workspace.FileName} names it.");
        reply.Line();

        var tour = new Tour(store, folder, reply, cancellationToken);
        IrisTable.Extract(tour.DataFile);
        ArtifactVersion data1 = await tour.CommitDataAsync("Fisher's iris table").ConfigureAwait(false);
        Trained first = await tour.TrainAsync(data1, "Naive Bayes, all rows", Tour.FirstTag).ConfigureAwait(false);
        int removed = tour.DropOutliers(first.Model, Deviations);
        ArtifactVersion data2 = await tour.CommitDataAsync("Without outliers").ConfigureAwait(false);
        Trained second = await tour.TrainAsync(data2, "Naive Bayes, without outliers").ConfigureAwait(false);
        await tour.LookBackAsync(second).ConfigureAwait(false);
        NaiveBayes again = await tour.BringBackAsync(first.Version.Pin).ConfigureAwait(false);
        (string species, double probability) = again.Predict(Flower);
        reply.Line(string.Create(CultureInfo.InvariantCulture, $"The first model says of a flower with {string.Join(", ", IrisTable.Columns.Zip(Flower, (c, f) => string.Create(CultureInfo.InvariantCulture, $"{c} {f}")))}: {species} ({probability:P1})"));
        reply.Line();
        reply.Line($"The folder stays for you to look around; remove it with: rm -r {folder}");

        reply.Document(json =>
        {
            json.WriteString("folder", folder);
            json.WriteString("store", store.Location);
            json.WriteStartArray("steps");
            WriteStep(json, data1, first);
            WriteStep(json, data2, second);
            json.WriteEndArray();
            json.WriteNumber("removedRows", removed);
            json.WriteStartObject("prediction");
            json.WriteString("model", first.Version.Pin.ToString());
            json.WriteStartObject("flower");
            for (int i = 0; i < Flower.Length; i++)
            {
                json.WriteNumber(IrisTable.Columns[i], Flower[i]);
            }

            json.WriteEndObject();
            json.WriteString("species", species);
            json.WriteNumber("probability", Math.Round(probability, 4));
            json.WriteEndObject();
        });
        return 0;
    }

    private static void WriteStep(Utf8JsonWriter json, ArtifactVersion data, Trained trained)
    {
        json.WriteStartObject();
        json.WriteString("dataset", data.Pin.ToString());
        json.WriteString("model", trained.Version.Pin.ToString());
        json.WriteNumber("accuracy", trained.Accuracy);
        json.WriteEndObject();
    }
}
