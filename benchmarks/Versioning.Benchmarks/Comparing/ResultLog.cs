namespace Versioning.Benchmarks.Comparing;

/// <summary>Takes results as they come: shows each, keeps it, and appends it to a file where one is named.</summary>
internal sealed class ResultLog(string? file)
{
    private readonly List<Result> _results = [];

    public IReadOnlyList<Result> Results => _results;

    public void Add(Result result)
    {
        Console.WriteLine($"{result.Round} {result.Workload} {result.Tool,-12} {result.Operation,-13}"
            + FormattableString.Invariant($"{result.Measurement.Wall,9:F3} s {result.Measurement.Processor,8:F2} CPU s {result.Measurement.PeakBytes / 1048576.0,7:F0} MiB {result.NewBytes / 1e6,10:F1} MB new {result.Note}"));
        _results.Add(result);
        if (file is not null)
        {
            ResultFile.Append(file, result);
        }
    }

    /// <summary>Prints the tables and the targets.</summary>
    /// <returns>The exit code: 1 where a command failed.</returns>
    public int Close()
    {
        Console.WriteLine(Report.Write(_results));
        int failed = _results.Count(result => !result.Succeeded);
        Console.WriteLine($"{_results.Count - failed} commands measured, {failed} failed.");
        return failed == 0 ? 0 : 1;
    }
}
