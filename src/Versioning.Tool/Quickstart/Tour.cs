using System.Globalization;
using Versioning.Tool.Output;

namespace Versioning.Tool.Quickstart;

/// <summary>What one trained and committed model is.</summary>
internal sealed record Trained(NaiveBayes Model, ArtifactVersion Version, double Accuracy);

/// <summary>The steps of the quickstart. Each prints the command that does the same, does it, and prints what came of it.</summary>
internal sealed class Tour(VersionStore store, string folder, Reply reply, CancellationToken cancellationToken)
{
    internal const string Dataset = "datasets/iris", Model = "models/iris", FirstTag = "1.0.0";
    private const string ModelFile = "model.json";

    internal string DataFile => Path.Combine(folder, "data", IrisTable.FileName);

    internal async Task<ArtifactVersion> CommitDataAsync(string message)
    {
        reply.Line($"$ vers commit {Dataset} data -m \"{message}\"");
        CommitResult result = await store.CommitAsync(Dataset, Path.Combine(folder, "data"), new CommitOptions { Message = message }, cancellationToken: cancellationToken).ConfigureAwait(false);
        Tell(result);
        return result.Version;
    }

    internal async Task<Trained> TrainAsync(ArtifactVersion data, string message, string? tag = null)
    {
        List<IrisRow> rows = IrisTable.Read(DataFile);
        List<IrisRow> training = [.. rows.Where(r => !r.HeldOut)], heldOut = [.. rows.Where(r => r.HeldOut)];
        NaiveBayes model = NaiveBayes.Train(training);
        double accuracy = Math.Round(model.Accuracy(heldOut), 4);
        Directory.CreateDirectory(Path.Combine(folder, "model"));
        model.Save(Path.Combine(folder, "model", ModelFile));
        string number = accuracy.ToString(CultureInfo.InvariantCulture);
        reply.Line($"Trained naive Bayes on {training.Count} flowers; accuracy {number} on {heldOut.Count} others.");
        reply.Line();
        reply.Line($"$ vers commit {Model} model -m \"{message}\" --metric accuracy={number} --input {data.Pin}{(tag is null ? "" : $" --tag {tag}")}");
        var options = new CommitOptions { Message = message, Metrics = { ["accuracy"] = accuracy }, Inputs = { data }, Tag = tag };
        CommitResult result = await store.CommitAsync(Model, Path.Combine(folder, "model"), options, cancellationToken: cancellationToken).ConfigureAwait(false);
        Tell(result);
        return new Trained(model, result.Version, accuracy);
    }

    internal int DropOutliers(NaiveBayes model, double deviations)
    {
        List<IrisRow> rows = IrisTable.Read(DataFile);
        List<IrisRow> outliers = IrisTable.Outliers(rows, model, deviations);
        IrisTable.Write(DataFile, rows.Where(row => !outliers.Contains(row)));
        reply.Line(string.Create(CultureInfo.InvariantCulture, $"Removed {outliers.Count} training rows that lie more than {deviations} standard deviations from their species' mean:"));
        outliers.ForEach(row => reply.Line($"  {row.Line}"));
        reply.Line();
        return outliers.Count;
    }

    internal async Task LookBackAsync(Trained latest)
    {
        reply.Line($"$ vers log {Model}");
        await foreach (ArtifactVersion version in store.LogAsync(Model, cancellationToken).ConfigureAwait(false))
        {
            reply.Row(VersionText.Summary(version));
        }

        reply.Line();
        reply.Line($"$ vers diff {Dataset}@1 @2");
        await foreach (FileChange change in store.DiffAsync($"{Dataset}@1", $"{Dataset}@2", cancellationToken).ConfigureAwait(false))
        {
            reply.Row(VersionText.Change(change));
        }

        reply.Line();
        reply.Line("What the latest model was made from:");
        reply.Line($"$ vers show {Model}@{latest.Version.Number}");
        ArtifactVersion shown = await store.ResolveAsync($"{Model}@{latest.Version.Number}", cancellationToken).ConfigureAwait(false);
        foreach (string line in VersionText.Lines(shown))
        {
            reply.Line(line);
        }

        reply.Line();
        reply.Line("$ vers audit");
        await foreach (AuditRecord record in store.AuditAsync(cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            reply.Row(VersionText.Record(record, []));
        }

        reply.Line();
    }

    /// <summary>Fetches the model, checks it in the store and in the folder, and loads it from there.</summary>
    internal async Task<NaiveBayes> BringBackAsync(ArtifactPin pin)
    {
        string target = Path.Combine(folder, "first-model");
        reply.Line($"$ vers fetch {pin} -o first-model");
        FetchResult fetched = await store.FetchAsync(pin, target, cancellationToken: cancellationToken).ConfigureAwait(false);
        reply.Line($"{fetched.Version.Pin} → {fetched.Path} · {Human.Count(fetched.Files, "file")} · {Human.Bytes(fetched.Bytes)} · {Human.Count(fetched.Written, "file")} written");
        reply.Line();
        reply.Line("$ vers verify");
        VerifyReport report = await store.VerifyAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        reply.Line($"{Human.Count(report.Versions, "version")} · {Human.Count(report.Objects, "object")} · {Human.Bytes(report.Bytes)} · {(report.IsSound ? "sound" : Human.Count(report.Damages.Count, "damaged object"))}");
        reply.Line();
        if (!report.IsSound)
        {
            throw new IntegrityException("damaged", $"The store of the quickstart is damaged: {report.Damages[0].Object} {report.Damages[0].Problem}");
        }

        reply.Line($"$ vers ls {pin}");
        await foreach (FileEntry file in store.ListFilesAsync(pin, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            reply.Row(VersionText.File(file));
            Digest here = Digest.Of(await File.ReadAllBytesAsync(Path.Combine(target, file.Path), cancellationToken).ConfigureAwait(false));
            if (here != file.Sha256)
            {
                throw new IntegrityException("digest_mismatch", $"'{file.Path}' in '{target}' is {here}, and the version has {file.Sha256}.");
            }

            reply.Line($"{here.ToHex()} is what the fetched {file.Path} has: the same bytes.");
        }

        reply.Line();
        return NaiveBayes.Load(Path.Combine(target, ModelFile));
    }

    private void Tell(CommitResult result)
    {
        string state = result.Unchanged ? "unchanged, no new version" : $"{Human.Bytes(result.StoredBytes)} new";
        reply.Line($"{result.Pin} · {Human.Count(result.Version.FileCount, "file")} · {Human.Bytes(result.Version.ByteCount)} · {state}");
        reply.Line();
    }
}
