using System.CommandLine;
using System.Globalization;
using Versioning.Tool.Output;

namespace Versioning.Tool.Commands;

internal sealed class ReproduceCommand : VersCommand
{
    private readonly Argument<string> _version = new("version") { Description = "A run, or a version that a run made." };
    private readonly Option<string[]> _tolerance = new("--tolerance") { Description = "By how much metrics may differ, 0.01 or 1%, all or one; files of outputs may differ then; repeatable.", HelpName = "[metric=]number" };
    private readonly Option<string?> _repository = new("--repository") { Description = "The repository with the code. Default: that of this folder, else the recorded address.", HelpName = "path or url" };
    private readonly Option<string?> _folder = new("--folder") { Description = "The folder to run in, new or empty. Default: a temporary one." };
    private readonly Option<bool> _keep = new("--keep") { Description = "Keep the folder where nothing differs too." };
    private readonly Option<string[]> _input = new("--input") { Description = "Where an input goes, artifact=path; repeatable.", HelpName = "artifact=path" };
    private readonly Option<string[]> _output = new("--output") { Description = "Where the command leaves an output, artifact=path; repeatable.", HelpName = "artifact=path" };
    private readonly Option<string?> _metrics = new("--metrics") { Description = "The JSON file in which it leaves its metrics.", HelpName = "file" };
    private readonly Option<string[]> _argument = new("--argument") { Description = "An argument that was a credential and not recorded, by its place; repeatable.", HelpName = "place=value" };
    private readonly Option<bool> _withoutCode = new("--without-code") { Description = "Go on where the code is not known, or not all of it." };
    private readonly Option<bool> _sameEnvironment = new("--same-environment") { Description = "Refuse to run where the environment differs." };
    private readonly Option<bool> _noRecord = new("--no-record") { Description = "Do not record the reproduction as a run." };

    internal ReproduceCommand()
        : base("reproduce", "Make a run again from what was recorded, and compare.", "0 reproduced, 1 something differs, 2 usage, 3 not recorded or not found, 4 damaged, 5 conflict, 6 store unavailable, 7 the command failed")
    {
        Arguments.Add(_version);
        foreach (Option option in (Option[])[_tolerance, _repository, _folder, _keep, _input, _output, _metrics, _argument, _withoutCode, _sameEnvironment, _noRecord])
        {
            Options.Add(option);
        }
    }

    internal override TimeSpan TimeToEnd => ToEndPrograms;

    protected override async Task<int> RunAsync(ParseResult parsed, Reply reply, CancellationToken cancellationToken)
    {
        string[] tolerances = parsed.GetValue(_tolerance) ?? [];
        if (tolerances.Count(text => !text.Contains('=', StringComparison.Ordinal)) > 1)
        {
            throw new VersioningException("usage", "--tolerance for all metrics is given twice.");
        }

        // Stdout is for the report.
        using Stream error = Console.OpenStandardError();
        var options = new ReproduceOptions
        {
            Repository = parsed.GetValue(_repository),
            Folder = parsed.GetValue(_folder),
            Keep = parsed.GetValue(_keep),
            WithoutCode = parsed.GetValue(_withoutCode),
            SameEnvironment = parsed.GetValue(_sameEnvironment),
            Record = !parsed.GetValue(_noRecord),
            InputPaths = KeyValues.Parse("--input", parsed.GetValue(_input)),
            OutputPaths = KeyValues.Parse("--output", parsed.GetValue(_output)),
            Metrics = parsed.GetValue(_metrics),
            Arguments = KeyValues.Parse("--argument", parsed.GetValue(_argument)).ToDictionary(pair => Place(pair.Key), pair => pair.Value),
            Tolerance = tolerances.FirstOrDefault(text => !text.Contains('=', StringComparison.Ordinal)) is { } all ? MetricTolerance.Parse(all) : null,
            Tolerances = KeyValues.Parse("--tolerance", tolerances.Where(text => text.Contains('=', StringComparison.Ordinal))).ToDictionary(pair => pair.Key, pair => MetricTolerance.Parse(pair.Value), StringComparer.Ordinal),
            Output = error,
            Error = error,
        };
        await using VersionStore store = await OpenAsync(parsed, cancellationToken).ConfigureAwait(false);
        ReproductionReport report = await store.ReproduceAsync(parsed.GetRequiredValue(_version), options, cancellationToken).ConfigureAwait(false);
        reply.Document(json => ReproductionJson.Write(json, report));
        foreach (string line in report.ToString().Split('\n'))
        {
            reply.Line(line);
        }

        if (!reply.IsJson && report.RecordedAs is { } run)
        {
            Reply.Note($"Recorded as {run.Artifact}@{run.Number}.");
        }

        if (!reply.IsJson && report.Folder is { } folder)
        {
            Reply.Note($"It ran in '{folder}', which is kept.");
        }

        return report.IsReproduced ? 0 : report.Verdict == ReproductionVerdict.CommandFailed ? Failure.CommandFailed : Failure.Error;
    }

    private static int Place(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int place)
            ? place
            : throw new VersioningException("usage", $"--argument {text}: it takes the place of the argument, 0 being the program, and its value: 3=value.");
}
