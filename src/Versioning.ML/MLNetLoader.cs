using Microsoft.ML;
using Microsoft.ML.Data;

namespace Versioning.ML;

/// <summary>Loads ML.NET pipelines, and refuses those that have not the columns that requests need.</summary>
internal sealed class MLNetLoader<TIn, TOut>(VersionedModelOptions<TIn, TOut> options) : ModelLoader<MLNetModel<TIn, TOut>>
    where TIn : class
    where TOut : class, new()
{
    internal override string Kind => "mlnet";

    internal override MLNetModel<TIn, TOut> Load(LocalVersion files)
    {
        MLContext context = options.Context?.Invoke() ?? new MLContext();
        ITransformer transformer = context.Model.Load(ModelFile.Find(files, options.Path, ".zip"), out _);
        var model = new MLNetModel<TIn, TOut>(context, transformer);
        try
        {
            // The engine finds what is missing in the input, but gives zeros for what is missing in the output.
            PredictionEngine<TIn, TOut> engine = model.Rent();
            CheckOutput(files, engine.OutputSchema);
            model.Return(engine);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    internal override async Task CheckAsync(MLNetModel<TIn, TOut> model, LocalVersion files, CancellationToken cancellationToken)
    {
        if (options.Check is { } check)
        {
            PredictionEngine<TIn, TOut> engine = model.Rent();
            await check(engine, files, cancellationToken).ConfigureAwait(false);
            model.Return(engine);
        }
    }

    private static void CheckOutput(LocalVersion files, DataViewSchema output)
    {
        string[] missing = [.. SchemaDefinition.Create(typeof(TOut), SchemaDefinition.Direction.Write).Select(column => column.ColumnName).Where(name => output.GetColumnOrNull(name) is null)];
        if (missing.Length > 0)
        {
            throw new VersioningException("model_refused", $"The model of {files.Pin.ToShortText()} has no column {string.Join(", ", missing)}, which {typeof(TOut).Name} has.", $"Mend the pipeline, or mark the member with [NoColumn].");
        }
    }
}
