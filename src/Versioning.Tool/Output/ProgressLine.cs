using System.Diagnostics;

namespace Versioning.Tool.Output;

/// <summary>Progress on stderr: one line that is rewritten on a terminal, a plain line every few seconds elsewhere.</summary>
internal sealed class ProgressLine : IProgress<TransferProgress>, IDisposable
{
    private static readonly TimeSpan TerminalEvery = TimeSpan.FromMilliseconds(200), PlainEvery = TimeSpan.FromSeconds(5);

    private readonly bool _terminal = !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb";
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly Lock _lock = new();
    private TimeSpan _next;
    private int _shown;

    internal ProgressLine() => _next = _terminal ? TerminalEvery : PlainEvery;

    public void Report(TransferProgress value)
    {
        if (_watch.Elapsed < _next)
        {
            return;
        }

        lock (_lock)
        {
            if (_watch.Elapsed < _next)
            {
                return;
            }

            string line = Fit(Describe(value));
            _next = TryWrite(_terminal ? "\r" + line.PadRight(_shown) : line + Environment.NewLine)
                ? _watch.Elapsed + (_terminal ? TerminalEvery : PlainEvery)
                : TimeSpan.MaxValue;
            _shown = line.Length;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _next = TimeSpan.MaxValue;
            if (_terminal && _shown > 0)
            {
                TryWrite("\r" + new string(' ', _shown) + "\r");
            }
        }
    }

    private static int Width
    {
        get
        {
            try
            {
                return Console.WindowWidth;
            }
            catch (IOException)
            {
                return 0; // A terminal that does not say it.
            }
        }
    }

    /// <summary>Work does not fail because nobody watches it.</summary>
    private static bool TryWrite(string text)
    {
        try
        {
            Console.Error.Write(text);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Only a line that fits can be rewritten: one that wraps leaves its beginning behind.</summary>
    private string Fit(string line) =>
        _terminal && Width is > 1 and int width && line.Length >= width ? line[..(width - 1)] : line;

    private string Describe(TransferProgress value)
    {
        double seconds = _watch.Elapsed.TotalSeconds;
        double rate = value.Bytes / seconds;
        string of = value.TotalBytes is { } total ? $" of {Human.Bytes(total)}" : "";
        string left = value.TotalBytes is { } all && rate > 0 ? $" · {Human.Duration(Math.Max(0, (all - value.Bytes) / rate))} left" : "";
        return $"{Human.Bytes(value.Bytes)}{of} · {Human.Count(value.Files, "file")} · {Human.Bytes(rate)}/s{left}";
    }
}
