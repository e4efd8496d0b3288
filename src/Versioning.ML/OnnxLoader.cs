using Microsoft.ML.OnnxRuntime;

namespace Versioning.ML;

/// <summary>Loads ONNX models from where they lie, so that external data beside them is found.</summary>
internal sealed class OnnxLoader(VersionedOnnxModelOptions options) : ModelLoader<InferenceSession>
{
    internal override string Kind => "onnx";

    internal override InferenceSession Load(LocalVersion files)
    {
        InferenceSession session = Open(ModelFile.Find(files, options.Path, ".onnx"));
        try
        {
            CheckNames(files, session);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    internal override Task CheckAsync(InferenceSession model, LocalVersion files, CancellationToken cancellationToken) =>
        options.Check?.Invoke(model, files, cancellationToken) ?? Task.CompletedTask;

    private InferenceSession Open(string path)
    {
        try
        {
            if (options.CreateSession is { } create)
            {
                return create(path);
            }

            using var session = new SessionOptions();
            options.Session?.Invoke(session);
            return new InferenceSession(path, session);
        }
        catch (Exception e) when (e is DllNotFoundException or TypeInitializationException { InnerException: DllNotFoundException })
        {
            throw new VersioningException("onnx_runtime_missing", "The native library of ONNX Runtime is not there.", "Add the package Microsoft.ML.OnnxRuntime, or the one for the GPU, to the application.", e);
        }
    }

    private void CheckNames(LocalVersion files, InferenceSession session)
    {
        string[] noInput = [.. options.Inputs.Except(session.InputMetadata.Keys)], noOutput = [.. options.Outputs.Except(session.OutputMetadata.Keys)];
        string[] unknown = options.Inputs.Count > 0 ? [.. session.InputMetadata.Keys.Except(options.Inputs)] : [];
        string[] wrong =
        [
            .. noInput.Select(name => $"it has no input '{name}'"),
            .. unknown.Select(name => $"it wants an input '{name}', which requests do not give"),
            .. noOutput.Select(name => $"it has no output '{name}'"),
        ];
        if (wrong.Length > 0)
        {
            throw new VersioningException("model_refused", $"The model of {files.Pin.ToShortText()} is not what requests expect: {string.Join(", ", wrong)}.", "Mend the model, or say which inputs and outputs requests use.");
        }
    }
}
