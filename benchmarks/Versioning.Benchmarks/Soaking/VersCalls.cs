using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Versioning.Benchmarks.Soaking;

/// <summary>Starts vers as a process for each call, and kills or stops it where that was asked for.</summary>
internal sealed partial class VersCalls(string program, IReadOnlyDictionary<string, string> environment, History history, Pacing pacing)
{
    private const int Stop = 19, Continue = 18;

    // Nothing here takes a second on a quiet machine: whoever takes so long waits for something that does not come.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    public History History => history;

    /// <summary>Told of what must not be: a call that does not end.</summary>
    public Action<string> Found { get; init; } = _ => { };

    public long NextId() => history.NextId();

    public Disturbance Disturb(Random random, string kind) => pacing.Next(random, kind);

    /// <summary>Runs one call to its end, or to that of its process.</summary>
    public async Task<Call> RunAsync(Call call, string folder, Disturbance disturbance = default, IReadOnlyDictionary<string, string>? more = null)
    {
        string[] all = ["--json", "--quiet", .. call.Arguments];
        ProcessStartInfo start = program.EndsWith(".dll", StringComparison.Ordinal) ? new("dotnet", [program, .. all]) : new(program, all);
        (start.WorkingDirectory, start.RedirectStandardOutput, start.RedirectStandardError) = (folder, true, true);
        foreach ((string name, string value) in environment.Concat(more ?? new Dictionary<string, string>()))
        {
            start.Environment[name] = value;
        }

        // The author of what is written is the user of git.
        start.Environment["GIT_CONFIG_COUNT"] = "2";
        (start.Environment["GIT_CONFIG_KEY_0"], start.Environment["GIT_CONFIG_VALUE_0"]) = ("user.name", call.Author);
        (start.Environment["GIT_CONFIG_KEY_1"], start.Environment["GIT_CONFIG_VALUE_1"]) = ("user.email", "");
        long started = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        bool killed = false, paused = false;
        if (disturbance.After is { } after && !await EndsWithinAsync(process, after))
        {
            paused = disturbance.Pause is not null;
            if (disturbance.Pause is { } pause)
            {
                _ = Signal(process.Id, Stop);
                await Task.Delay(pause);
                _ = Signal(process.Id, Continue);
            }
            else
            {
                process.Kill();
                killed = true;
            }
        }

        if (!await EndsWithinAsync(process, Limit))
        {
            Found($"{call} did not end within {Limit.TotalSeconds:0} s.");
            process.Kill();
            killed = true;
        }

        // A process may have ended before the signal came: then it has answered.
        killed &= process.ExitCode == 128 + 9;
        Call ended = call with
        {
            Started = started,
            Ended = Stopwatch.GetTimestamp(),
            ExitCode = killed ? null : process.ExitCode,
            WasPaused = paused,
            Answer = killed ? null : Parse(await output),
            Error = await error,
        };
        if (!killed && !paused)
        {
            pacing.Took(call.Kind, Stopwatch.GetElapsedTime(started, ended.Ended).TotalMilliseconds);
        }

        history.Add(ended);
        return ended;
    }

    private static async Task<bool> EndsWithinAsync(Process process, TimeSpan time)
    {
        using var limit = new CancellationTokenSource(time);
        try
        {
            await process.WaitForExitAsync(limit.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static JsonElement? Parse(string output)
    {
        try
        {
            using var document = JsonDocument.Parse(output);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);
}
