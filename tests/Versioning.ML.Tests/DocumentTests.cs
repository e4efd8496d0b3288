using System.Text.RegularExpressions;
using Microsoft.ML.OnnxRuntime;
using Versioning.Tests.Architecture;

namespace Versioning.ML.Tests;

/// <summary>The code that docs/integration.md shows of models stands in this file, and runs.</summary>
[TestFixture]
internal sealed partial class DocumentTests : ModelFixture
{
    [Test]
    public async Task Sample_Runs()
    {
        await CommitAsync(folder => Columns.Save(Path.Join(folder, "model.zip"), "Months", "Score"));
        await CommitAsync(folder => File.WriteAllBytes(Path.Join(folder, "model.onnx"), OnnxBytes.Multiply(3)), "models/vision");
        await PublishAsync(1);
        await Writer.MoveAliasAsync("models/vision", "production", "1");
        var builder = new ApplicationBuilder();
        Configure(builder.Services);

        builder.Services.AddVersioning();
        builder.Services.AddVersionedModel<Customer, Churn>("models/churn@production", options => options.Check = (engine, version, cancellationToken) =>
            engine.Predict(new Customer { Months = 1 }).Score >= 0 ? Task.CompletedTask : throw new InvalidDataException("A new customer churns."));
        builder.Services.AddVersionedOnnxModel("models/vision@production", options => (options.Inputs, options.Outputs) = (["x"], ["y"]));

        builder.Services.AddSingleton<Scores>();
        await using ServiceProvider provider = builder.Services.BuildServiceProvider();
        foreach (VersionedModel model in provider.GetServices<VersionedModel>())
        {
            await model.StartAsync();
        }

        var scores = provider.GetRequiredService<Scores>();
        Assert.That((scores.Of(new Customer { Months = 4 }).Score, scores.See(5)), Is.EqualTo((8f, 15f)));
    }

    [Test]
    public void Document_ShowsThisCode()
    {
        string code = Words(File.ReadAllText(Path.Join(Repository.Root, "tests", "Versioning.ML.Tests", "DocumentTests.cs")));
        string section = File.ReadAllText(Path.Join(Repository.Root, "docs", "integration.md")).ReplaceLineEndings("\n").Split("\n## ").Single(s => s.StartsWith("Models that change", StringComparison.Ordinal));
        string[] blocks = [.. Block().Matches(section).Select(match => Words(match.Groups[1].Value))];
        Assert.That(blocks, Has.Length.EqualTo(2).And.All.Matches<string?>(block => code.Contains(block!, StringComparison.Ordinal)));
    }

    private static string Words(string text) => White().Replace(text, " ").Trim();

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"\s+")]
    private static partial Regex White();

    private sealed class ApplicationBuilder
    {
        internal ServiceCollection Services { get; } = [];
    }

    private sealed class Customer
    {
        public float Months { get; set; }
    }

    private sealed class Churn
    {
        public float Score { get; set; }
    }

    private sealed class Scores(VersionedModel<Customer, Churn> churn, VersionedOnnxModel vision)
    {
        public (float Score, ArtifactPin By) Of(Customer customer)
        {
            Churn answer = churn.Predict(customer, out ArtifactPin version);
            return (answer.Score, version);
        }

        public float See(float x)
        {
            using OnnxModelUse use = vision.Use();
            using var options = new RunOptions();
            using OrtValue input = OrtValue.CreateTensorValueFromMemory([x], [1]);
            using IDisposableReadOnlyCollection<OrtValue> output = use.Session.Run(options, ["x"], [input], ["y"]);
            return output[0].GetTensorDataAsSpan<float>()[0];
        }
    }
}
