using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Versioning.ML.Tests;

/// <summary>ONNX models, in the real runtime.</summary>
[TestFixture]
internal sealed class OnnxTests : ModelFixture
{
    [Test]
    public async Task Session_ThatIsInUse_OutlivesASwap()
    {
        await CommitOnnxAsync(1);
        await CommitOnnxAsync(2);
        await PublishAsync(1);
        using var loaded = new LoadedCount();
        VersionedOnnxModel model = await StartOnnxAsync();
        OnnxModelUse use = model.Use();
        await PublishAsync(2);
        await UntilAsync(() => model.Live!.Number == 2);
        Assert.That((use.Version.Number, Run(use.Session, 7), model.Run(session => Run(session, 7))), Is.EqualTo((1, 7f, 14f)));
        Assert.That(loaded.Value, Is.EqualTo(2));
        use.Dispose();
        use.Dispose();
        await UntilAsync(() => loaded.Value == 1);
        Assert.That(() => use.Session, Throws.TypeOf<ObjectDisposedException>());
        Assert.That(model.Run(session => Run(session, 7)), Is.EqualTo(14));
        await model.DisposeAsync();
        await UntilAsync(() => loaded.Value == 0);
        Assert.That(() => model.Use(), Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public async Task Sessions_ThatAreUsedWhileVersionsAreSwapped_GiveTheAnswersOfTheirVersions()
    {
        for (int factor = 1; factor <= 4; factor++)
        {
            await CommitOnnxAsync(factor);
        }

        await PublishAsync(1);
        VersionedOnnxModel model = await StartOnnxAsync();
        using var ends = new CancellationTokenSource();
        Task[] requests = [.. Enumerable.Range(1, 4).Select(x => Task.Run(() =>
        {
            while (!ends.IsCancellationRequested)
            {
                using OnnxModelUse use = model.Use();
                Assert.That(Run(use.Session, x), Is.EqualTo(x * use.Version.Number));
            }
        }))];
        for (int move = 1; move <= 20; move++)
        {
            int next = (move % 4) + 1;
            await PublishAsync(next);
            await UntilAsync(() => model.Live!.Number == next || requests.Any(r => r.IsCompleted));
        }

        await ends.CancelAsync();
        await Task.WhenAll(requests);
    }

    [TestCase("z", "y", "has no input 'x', it wants an input 'z', which requests do not give")]
    [TestCase("x", "z", "has no output 'y'")]
    public async Task Version_WithOtherInputsOrOutputs_IsRefused(string input, string output, string says)
    {
        await CommitOnnxAsync(1);
        await CommitAsync(folder => File.WriteAllBytes(Path.Join(folder, "model.onnx"), OnnxBytes.Multiply(2, input, output)));
        await PublishAsync(1);
        VersionedOnnxModel model = await StartOnnxAsync(options => (options.Inputs, options.Outputs) = (["x"], ["y"]));
        await PublishAsync(2);
        await UntilAsync(() => model.Failure is not null);
        Assert.That((model.Failure!.Message, model.Run(session => Run(session, 3))), Is.EqualTo(($"The model of models/churn@2 is not what requests expect: it {says}.", 3f)));
    }

    [Test]
    public async Task Version_ThatIsNoOnnxModel_OrFailsTheCheck_IsRefused()
    {
        await CommitOnnxAsync(1);
        await CommitAsync(folder => File.WriteAllText(Path.Join(folder, "model.onnx"), "no model"));
        await CommitOnnxAsync(-3);
        await PublishAsync(1);
        VersionedOnnxModel model = await StartOnnxAsync(options => options.Check = (session, _, _) => Run(session, 1) > 0 ? Task.CompletedTask : throw new InvalidDataException("negative"));
        foreach (int number in (int[])[2, 3])
        {
            await PublishAsync(number);
            await UntilAsync(() => model.Failure?.Message.StartsWith($"models/churn@{number} is not used: ", StringComparison.Ordinal) == true);
            Assert.That(model.Live!.Number, Is.EqualTo(1));
        }

        Assert.That(model.Failure!.Message, Does.EndWith("negative"));
    }

    [Test]
    public async Task ExternalData_LiesBesideTheModel()
    {
        await CommitAsync(folder =>
        {
            Directory.CreateDirectory(Path.Join(folder, "export"));
            File.WriteAllBytes(Path.Join(folder, "export", "net.onnx"), OnnxBytes.Multiply(6, external: "net.onnx.data"));
            File.WriteAllBytes(Path.Join(folder, "export", "net.onnx.data"), OnnxBytes.Raw(6));
        });
        await PublishAsync(1);
        VersionedOnnxModel model = await StartOnnxAsync();
        Assert.That(model.Run(session => Run(session, 2)), Is.EqualTo(12));
    }

    [Test]
    public async Task Session_IsMadeAsTheApplicationSays()
    {
        await CommitOnnxAsync(4);
        await PublishAsync(1);
        int asked = 0;
        string? made = null;
        await StartOnnxAsync(options => options.Session = session => (session.IntraOpNumThreads, asked) = (1, asked + 1));
        VersionedOnnxModel model = await StartOnnxAsync(options =>
        {
            options.Session = _ => asked = -1;
            options.CreateSession = path => new InferenceSession(File.ReadAllBytes(made = path));
        });
        Assert.That((model.Run(session => Run(session, 2)), asked), Is.EqualTo((8f, 1)));
        Assert.That(made, Does.EndWith("model.onnx"));
    }

    [Test]
    public async Task RollBack_OfASession_LoadsItAgain()
    {
        await CommitOnnxAsync(1);
        await CommitOnnxAsync(2);
        await PublishAsync(1);
        VersionedOnnxModel model = await StartOnnxAsync();
        await PublishAsync(2);
        await UntilAsync(() => model.Before is not null);
        await model.RollBackAsync();
        Assert.That(model.Run(session => Run(session, 7)), Is.EqualTo(7));
    }

    private Task<ArtifactPin> CommitOnnxAsync(float factor) => CommitAsync(folder => File.WriteAllBytes(Path.Join(folder, "model.onnx"), OnnxBytes.Multiply(factor)));

    private async Task<VersionedOnnxModel> StartOnnxAsync(Action<VersionedOnnxModelOptions>? configure = null)
    {
        VersionedOnnxModel model = Application(services => services.AddVersionedOnnxModel(Production, options => Often(options, configure))).GetRequiredService<VersionedOnnxModel>();
        await model.StartAsync();
        return model;
    }

    private static float Run(InferenceSession session, float x)
    {
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> answer = session.Run([NamedOnnxValue.CreateFromTensor("x", new DenseTensor<float>(new[] { x }, [1]))]);
        return answer[0].AsEnumerable<float>().Single();
    }
}
