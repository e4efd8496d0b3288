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
    public IEnumerable<Result> Run(Conditions conditions, int round, IReadOnlySet<Operation> wanted)
    {
        Shell shell = ShellFor(Path.Combine(folder, "out"));
        if (shell.Run(tool.Setup) != 0)
        {
            yield return new Result(conditions, round, source.Workload, tool.Name, Operation.FirstCommit) { Note = "setup failed" };
            yield break;
        }

        if (tool.InCheckout)
        {
            shell.Run(source.IsFile ? $"cp --preserve=timestamps $SRC/data '{_data}'" : $"cp -r --preserve=timestamps $SRC '{_data}'");
        }

        _content = DiskUsage.Of(_data);
        int last = tool.Steps.Select((step, i) => wanted.Contains(step.Operation) ? i : -1).Max();
        foreach (Step step in tool.Steps.Take(last + 1))
        {
            if (step.Operation == Operation.SecondCommit)
            {
                Edit();
                _content = DiskUsage.Of(_data);
            }

            bool isWanted = wanted.Contains(step.Operation) && !(step.Operation == Operation.OneFile && source.IsFile);
            if (isWanted)
            {
                Result result = Measure(new Result(conditions, round, source.Workload, tool.Name, step.Operation), step, Path.Combine(folder, $"out-{step.Operation}"));
                yield return result;
                if (!result.Succeeded && step.IsCommit)
                {
                    yield break;
                }
            }
            else if (step.IsCommit && shell.Run(step.Command) != 0)
            {
                yield return new Result(conditions, round, source.Workload, tool.Name, step.Operation) { Note = "failed, not measured" };
                yield break;
            }
        }
    }

    private Result Measure(Result result, Step step, string output)
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
            return result with { Note = "preparation failed" };
        }

        DiskUsage before = DiskUsage.Of(repository);
        PageCache.Warm(step.Warmed == Warmed.Source ? _data : repository);
        if (step.Operation is Operation.FirstCommit or Operation.Fetch)
        {
            FirstTouch.Run(folder, _content.Bytes);
        }

        Measurement measurement = shell.Measure(step.Command);
        DiskUsage after = DiskUsage.Of(repository);
        string note = measurement.ExitCode switch
        {
            0 => Check(step, output),
            Shell.TimedOut => "ran into the time limit",
            int code => $"exit code {code}",
        };
        if (!keepFetched)
        {
            Shell.Output("chmod", "-R", "u+w", output);
            Directory.Delete(output, recursive: true);
        }

        return result with { Measurement = measurement, NewBytes = after.Bytes - before.Bytes, Repository = after, Source = _content, Note = note };
    }

    /// <summary>Whether what came out is what had gone in, byte by byte.</summary>
    private string Check(Step step, string output) => step.Operation switch
    {
        Operation.Fetch => FolderContent.Of(Expand(step.Gives, output)).Difference(source.SecondContent),
        Operation.OneFile => source.IsOneFile(Expand(step.Gives, output)) ? "" : "the file is missing or differs from the source",
        _ => "",
    };

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

    private void MoveAside(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Move(path, Path.Combine(folder, $"aside-{_moved++}"));
        }
    }

    private string Expand(string text, string output) =>
        text.Replace("$T", folder, StringComparison.Ordinal).Replace("$OUT", output, StringComparison.Ordinal)
            .Replace("$SRC", source.Folder, StringComparison.Ordinal).Replace("$ONE", source.OneFile, StringComparison.Ordinal);

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
