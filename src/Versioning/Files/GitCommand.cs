using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Versioning.Files;

/// <summary>Calls of git in one folder: without a shell, bytes in and out, bounded in time and length.</summary>
internal sealed class GitCommand(string folder)
{
    private const int MaxError = 8 * 1024;

    /// <summary>How long one call may take.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Settings that come before those of the user and the repository.</summary>
    public IReadOnlyList<(string Key, string Value)> Settings { get; init; } = [];

    /// <summary>Environment variables; null takes one away.</summary>
    public IReadOnlyDictionary<string, string?> Variables { get; init; } = new Dictionary<string, string?>();

    /// <summary>Runs git and keeps what it writes, up to a length; null where there is no git.</summary>
    public GitOutput? Run(long maxLength, ReadOnlyMemory<byte> input, params ReadOnlySpan<string> arguments)
    {
        using var output = new MemoryStream();
        GitOutput? ended = Read(
            stream =>
            {
                byte[] buffer = new byte[64 * 1024];
                for (int read; (read = stream.Read(buffer)) > 0;)
                {
                    if (output.Length + read > maxLength)
                    {
                        return false;
                    }

                    output.Write(buffer, 0, read);
                }

                return true;
            },
            input,
            arguments);
        return ended is null or { ExitCode: < 0 } ? ended : ended with { Bytes = output.ToArray() };
    }

    /// <summary>Runs git and hands on what it writes; null where there is no git.</summary>
    /// <param name="reader">Reads to the end, or returns false to have git ended.</param>
    /// <param name="input">What git reads.</param>
    /// <param name="arguments">What git is told.</param>
    public GitOutput? Read(Func<Stream, bool> reader, ReadOnlyMemory<byte> input, params ReadOnlySpan<string> arguments)
    {
        ProcessStartInfo start = Start(arguments);
        try
        {
            using Process? process = Process.Start(start);
            return process is null ? null : Read(process, reader, input);
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException)
        {
            return null;
        }
    }

    private GitOutput Read(Process process, Func<Stream, bool> reader, ReadOnlyMemory<byte> input)
    {
        var error = Task.Run(() => ReadError(process.StandardError.BaseStream));
        var writing = Task.Run(() => Write(process.StandardInput.BaseStream, input));
        var reading = Task.Run(() => reader(process.StandardOutput.BaseStream));
        bool whole = Task.WaitAny([reading], Limit) == 0 && reading.IsCompletedSuccessfully && reading.Result;
        if (!whole)
        {
            Kill(process);
        }

        // What git started may live on and hold its pipes.
        bool ended = Task.WaitAll([error, writing], Limit) && process.WaitForExit(Limit);
        if (reading.IsFaulted)
        {
            reading.GetAwaiter().GetResult();
        }

        return new GitOutput(whole && ended ? process.ExitCode : -1, [], ended ? error.Result : "");
    }

    private ProcessStartInfo Start(ReadOnlySpan<string> arguments)
    {
        var start = new ProcessStartInfo("git")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        start.ArgumentList.Add("-C");
        start.ArgumentList.Add(folder);

        // A repository may name a program to run on every status; it is not ours to trust.
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("core.fsmonitor=false");
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["GIT_OPTIONAL_LOCKS"] = "0";
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        foreach ((string name, string? value) in Variables)
        {
            start.Environment[name] = value;
        }

        AddSettings(start.Environment);
        return start;
    }

    // Not by -c: there a key ends at its first '=', which the name of a filter may contain.
    private void AddSettings(IDictionary<string, string?> environment)
    {
        if (Settings.Count == 0)
        {
            return;
        }

        environment.TryGetValue("GIT_CONFIG_COUNT", out string? text);
        int count = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int some) ? some : 0;
        foreach ((string key, string value) in Settings)
        {
            environment[string.Create(CultureInfo.InvariantCulture, $"GIT_CONFIG_KEY_{count}")] = key;
            environment[string.Create(CultureInfo.InvariantCulture, $"GIT_CONFIG_VALUE_{count}")] = value;
            count++;
        }

        environment["GIT_CONFIG_COUNT"] = count.ToString(CultureInfo.InvariantCulture);
    }

    private static void Write(Stream stream, ReadOnlyMemory<byte> input)
    {
        try
        {
            using (stream)
            {
                stream.Write(input.Span);
            }
        }
        catch (IOException)
        {
            // Git ended without reading all of it; its exit code says why.
        }
    }

    // All of it is read, or git would wait for that; the beginning is kept.
    private static string ReadError(Stream stream)
    {
        byte[] kept = new byte[MaxError];
        byte[] buffer = new byte[MaxError];
        int length = 0;
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            int take = Math.Min(read, MaxError - length);
            buffer.AsSpan(0, take).CopyTo(kept.AsSpan(length));
            length += take;
        }

        return Encoding.UTF8.GetString(kept, 0, length);
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has ended by itself.
        }
    }
}
