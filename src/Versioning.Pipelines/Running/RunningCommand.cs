using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Versioning.Pipelines.Running;

/// <summary>Runs a program, without a shell; what it prints is shown as it comes and goes into a log.</summary>
internal sealed class RunningCommand(Program program, Stream output, Stream error, TextWriter log)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private bool _isOver;

    /// <returns>Its exit code.</returns>
    /// <exception cref="OperationCanceledException">It was told to stop, and has ended with all that it started.</exception>
    /// <exception cref="IOException">What it prints could not be shown or logged; it was stopped.</exception>
    internal async Task<int> RunAsync(CancellationToken cancellationToken)
    {
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
        var start = new ProcessStartInfo(ProgramPath.Find(command[0], program.Folder), command.Skip(1)) { WorkingDirectory = program.Folder, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in program.Variables)
        {
            start.Environment[name] = value;
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (Exception e) when (e is Win32Exception or IOException)
        {
            throw new NotFoundException("command_not_found", $"'{command[0]}' can't be started: {e.Message.TrimEnd('.')}.", "It is started without a shell: give a program and its arguments, or a shell with a script.");
        }
    }

    /// <summary>A program may want to put something in order first. What it started ends with it.</summary>
    private static async Task StopAsync(Process process)
    {
        ProcessTree? tree = OperatingSystem.IsLinux() ? ProcessTree.Of(process.Id) : null;
        if (tree is null)
        {
            process.Kill(entireProcessTree: true);
        }

        tree?.Signal(ProcessTree.Terminate);
        using var soon = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(soon.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }

        tree?.Signal(ProcessTree.Kill);
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
