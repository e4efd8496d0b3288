using Versioning.Benchmarks.Measuring;
using Versioning.Benchmarks.Workloads;

namespace Versioning.Benchmarks.Comparing;

/// <summary>Takes one tool through all its steps on one workload, in a folder of its own.</summary>
internal sealed class ToolRun(PeerTool tool, SourceData source, string folder, string log, TimeSpan timeLimit, bool keepFetched)
{
    private readonly string _data = tool.InCheckout ? Path.Combine(folder, "work", "data") : source.Folder;
    private DiskUsage _content;
    private int _moved;

    /// <summary>The results as they come; stops at the first commit that fails, as the rest would mean nothing.</summary>
    public IEnumerable<Result> Run(int round)
    {
        string output = Path.Combine(folder, "out");
        if (ShellFor(output).Run(tool.Setup) != 0)
        {
            yield return new Result(round, source.Workload, tool.Name, Operation.FirstCommit, default, 0, default, default, "setup failed");
            yield break;
        }

        if (tool.InCheckout)
        {
            ShellFor(output).Run(source.IsFile ? $"cp --preserve=timestamps $SRC/data '{_data}'" : $"cp -r --preserve=timestamps $SRC '{_data}'");
        }

        _content = DiskUsage.Of(_data);
        foreach (Step step in tool.Steps)
        {
            if (step.Operation == Operation.OneFile && source.IsFile)
            {
                continue;
            }

            if (step.Operation == Operation.SecondCommit)
            {
                Edit();
                _content = DiskUsage.Of(_data);
            }

            Result result = Measure(step, round, Path.Combine(folder, $"out-{step.Operation}"));
            yield return result;
            if (!result.Succeeded && step.Operation is (Operation.FirstCommit or Operation.SecondCommit))
            {
                yield break;
            }
        }
    }

    private Result Measure(Step step, int round, string output)
    {
        Directory.CreateDirectory(output);
        Shell shell = ShellFor(output);
        string repository = Path.Combine(folder, tool.Repository);
        if (step.Warmed == Warmed.Repository)
        {
            // What is fetched is fetched on a machine that has never seen it.
            MoveAside(Path.Combine(folder, "cache"));
        }

        if (step.Before.Length > 0 && shell.Run(step.Before) != 0)
        {
            return new Result(round, source.Workload, tool.Name, step.Operation, default, 0, default, default, "preparation failed");
        }

        DiskUsage before = DiskUsage.Of(repository);
        PageCache.Warm(step.Warmed == Warmed.Source ? _data : repository);
        Measurement measurement = shell.Measure(step.Command);
        DiskUsage after = DiskUsage.Of(repository);
        string note = measurement.ExitCode switch
        {
            0 when step.Operation == Operation.Fetch => Compare(output),
            0 => "",
            Shell.TimedOut => "ran into the time limit",
            int code => $"exit code {code}",
        };
        if (!keepFetched)
        {
            Directory.Delete(output, recursive: true);
        }

        return new Result(round, source.Workload, tool.Name, step.Operation, measurement, after.Bytes - before.Bytes, after, _content, note);
    }

    private void Edit()
    {
        if (!tool.InCheckout)
        {
            source.Edit();
        }
        else if (source.IsFile)
        {
            // A tool may have put a link to its own copy here: replaced, not written through.
            File.Delete(_data);
            File.Copy(source.SecondFile, _data);
        }
        else
        {
            source.EditCopy(_data);
        }
    }

    /// <summary>Whether as many files and bytes came out as had gone in.</summary>
    private string Compare(string output)
    {
        DiskUsage fetched = DiskUsage.Of(Expand(tool.Fetched, output));
        return (fetched.Files, fetched.Bytes) == (_content.Files, _content.Bytes) ? ""
            : $"fetched {fetched.Files} files of {fetched.Bytes} bytes instead of {_content.Files} of {_content.Bytes}";
    }

    private void MoveAside(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Move(path, Path.Combine(folder, $"aside-{_moved++}"));
        }
    }

    private string Expand(string text, string output) =>
        text.Replace("$T", folder, StringComparison.Ordinal).Replace("$OUT", output, StringComparison.Ordinal);

    private Shell ShellFor(string output)
    {
        Dictionary<string, string> environment = new()
        {
            ["T"] = folder,
            ["SRC"] = source.Folder,
            ["OUT"] = output,
            ["ONE"] = source.OneFile,
            ["KIND"] = source.IsFile ? "file" : "dir",
            ["HOME"] = folder,
            ["LC_ALL"] = "C.UTF-8",
            ["TZ"] = "UTC",
            ["GIT_CONFIG_NOSYSTEM"] = "1",
            ["GIT_AUTHOR_NAME"] = "benchmark",
            ["GIT_AUTHOR_EMAIL"] = "benchmark@example.invalid",
            ["GIT_COMMITTER_NAME"] = "benchmark",
            ["GIT_COMMITTER_EMAIL"] = "benchmark@example.invalid",
        };
        foreach ((string name, string value) in tool.Environment)
        {
            environment[name] = Expand(value, output);
        }

        return new Shell(folder, environment, log, timeLimit);
    }
}
