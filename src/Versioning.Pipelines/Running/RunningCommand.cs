using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Versioning.Pipelines.Running;

/// <summary>Runs a program, without a shell; what it prints is shown as it comes and goes into a log. While it runs, its mark is noted.</summary>
internal sealed class RunningCommand(Program program, Stream output, Stream error, TextWriter log, CommandMarks? marks = null)
{
    /// <summary>Known to all that the program starts, whatever becomes of their parents.</summary>
    private const string MarkVariable = "VERS_COMMAND";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10), Pause = TimeSpan.FromMilliseconds(20);

    private readonly string _mark = Guid.NewGuid().ToString("N");

    private readonly Lock _lock = new();
    private bool _isOver;

    /// <returns>Its exit code.</returns>
    /// <exception cref="OperationCanceledException">It was told to stop, and has ended with all that it started.</exception>
    /// <exception cref="IOException">What it prints could not be shown or logged; it was stopped.</exception>
    internal async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        // Before it starts: at no moment it runs and is not noted.
        using IDisposable? noted = marks?.Note(_mark);
        using Process process = Start();
        Task reading = Task.WhenAll(PassOnAsync(process, process.StandardOutput.BaseStream, output), PassOnAsync(process, process.StandardError.BaseStream, error));
        try
        {
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);

            // What it started and left running may print for ever.
            await reading.WaitAsync(cancellationToken).ConfigureAwait(false);
            return process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            await StopAsync(process).ConfigureAwait(false);
            lock (_lock)
            {
                _isOver = true;
            }

            throw;
        }
    }

    private Process Start()
    {
        IReadOnlyList<string> command = program.Command;
        var start = new ProcessStartInfo(ProgramPath.Find(command[0], program.Folder), command.Skip(1)) { WorkingDirectory = program.Folder, UseShellExecute = false, RedirectStandardInput = !program.Reads, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in program.Variables)
        {
            start.Environment[name] = value;
        }

        // A program may be this tool again, and what that starts is ours too.
        start.Environment[MarkVariable] = $"{Environment.GetEnvironmentVariable(MarkVariable)} {_mark}".TrimStart();
        try
        {
            Process process = Process.Start(start)!;
            if (!program.Reads)
            {
                process.StandardInput.Close();
            }

            return process;
        }
        catch (Exception e) when (e is Win32Exception or IOException)
        {
            throw new NotFoundException("command_not_found", $"'{command[0]}' can't be started: {e.Message.TrimEnd('.')}.", "It is started without a shell: give a program and its arguments, or a shell with a script.");
        }
    }

    /// <summary>A program may want to put something in order first, and so may what it started. All of it ends.</summary>
    private async Task StopAsync(Process process)
    {
        if (OperatingSystem.IsLinux())
        {
            var tree = ProcessTree.Of(process, _mark);
            tree.Signal(ProcessTree.Terminate);
            for (TimeSpan waited = TimeSpan.Zero; waited < Patience && tree.IsAlive; waited += Pause)
            {
                await Task.Delay(Pause, TimeProvider.System).ConfigureAwait(false);
            }

            // What they have started since, too.
            tree.Signal(ProcessTree.Kill);
            ProcessTree.Of(process, _mark).Signal(ProcessTree.Kill);
        }
        else
        {
            process.Kill(entireProcessTree: true);
        }

        await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
    }

    private async Task PassOnAsync(Process process, Stream from, Stream to)
    {
        byte[] bytes = new byte[16 * 1024];
        char[] chars = new char[bytes.Length + 1];
        Decoder decoder = new UTF8Encoding(false).GetDecoder();
        try
        {
            while (await from.ReadAsync(bytes).ConfigureAwait(false) is > 0 and int read)
            {
                lock (_lock)
                {
                    if (_isOver)
                    {
                        return;
                    }

                    to.Write(bytes, 0, read);
                    to.Flush();
                    log.Write(chars, 0, decoder.GetChars(bytes, 0, read, chars, 0));
                }
            }
        }
        catch
        {
            // Nobody reads on, and it would wait for that for ever.
            await StopAsync(process).ConfigureAwait(false);
            throw;
        }
    }
}
