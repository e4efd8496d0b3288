using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.ML;
using Microsoft.ML.OnnxRuntime;

namespace Versioning.ML;

/// <summary>How a model is followed and loaded.</summary>
public abstract class VersionedModelOptions
{
    private protected VersionedModelOptions()
    {
    }

    /// <summary>The name that the store was registered with, as in <c>AddVersioning("name")</c>. Default: the one without.</summary>
    public string? StoreName { get; set; }

    /// <summary>As <see cref="WatchOptions.Interval"/>. Default: 30 seconds.</summary>
    public TimeSpan Interval { get; set; } = new WatchOptions().Interval;

    /// <summary>Globs of the paths of a version that are wanted here. Default: all.</summary>
    public IReadOnlyList<string> Include { get; set; } = [];

    /// <summary>
    /// The file that is the model, where it lies in the version, <c>/</c>-separated. Default: <c>model.zip</c> or, for ONNX,
    /// <c>model.onnx</c> at the top; else the only file with that extension.
    /// </summary>
    public string? Path { get; set; }

    /// <summary>
    /// Whether the application starts before a version is loaded. Requests then fail until one is, or wait with
    /// <see cref="VersionedModel.WaitUntilLiveAsync"/>. Default: false, the start waits.
    /// </summary>
    public bool StartsWithoutModel { get; set; }

    /// <summary>Where swaps and refusals are logged. Default: to the application's log, with the category <c>Versioning</c>; without one nowhere.</summary>
    public ILogger? Logger { get; set; }

    /// <summary>The clock. Default: the application's; without one the system's.</summary>
    public TimeProvider? Time { get; set; }

    internal ILogger Log => Logger ?? NullLogger.Instance;

    internal TimeProvider Clock => Time ?? TimeProvider.System;

    internal void Validate() => ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Interval, TimeSpan.Zero, nameof(Interval));
}

/// <summary>How an ML.NET model is followed and loaded.</summary>
public sealed class VersionedModelOptions<TIn, TOut> : VersionedModelOptions
    where TIn : class
    where TOut : class, new()
{
    /// <summary>
    /// Tries a version before it answers, for instance with a row whose answer is known; warms it up too. What it throws
    /// refuses the version, and the one before goes on. It gets the model and the files of the version. Default: no check
    /// beside that the columns of both types are there.
    /// </summary>
    public Func<PredictionEngine<TIn, TOut>, LocalVersion, CancellationToken, Task>? Check { get; set; }

    /// <summary>Makes the context that a version is loaded in, such as one that knows the assembly of a custom mapping. Default: a new one.</summary>
    public Func<MLContext>? Context { get; set; }
}

/// <summary>How an ONNX model is followed and loaded.</summary>
public sealed class VersionedOnnxModelOptions : VersionedModelOptions
{
    /// <summary>The inputs that requests give: a version without one of them, or with others that it needs, is refused. Default: any.</summary>
    public IReadOnlyList<string> Inputs { get; set; } = [];

    /// <summary>The outputs that requests ask for: a version without one of them is refused. Default: any.</summary>
    public IReadOnlyList<string> Outputs { get; set; } = [];

    /// <summary>
    /// Tries a version before it answers, for instance with an input whose output is known; warms it up too. What it throws
    /// refuses the version, and the one before goes on. It gets the session and the files of the version. Default: no check.
    /// </summary>
    public Func<InferenceSession, LocalVersion, CancellationToken, Task>? Check { get; set; }

    /// <summary>Sets up the options of a session, such as its threads or its execution provider. Default: those of ONNX Runtime.</summary>
    public Action<SessionOptions>? Session { get; set; }

    /// <summary>Makes the session out of the full path of the model; <see cref="Session"/> is not asked then. Default: one on that path, so that external data beside it is found.</summary>
    public Func<string, InferenceSession>? CreateSession { get; set; }
}
