using System.Text.Json;

namespace Versioning.Benchmarks.Soaking;

/// <summary>All calls with their answers, in memory and as lines of a file, for the check and for whoever looks into what it found.</summary>
internal sealed class History(string path) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<Call> _calls = [];
    private readonly StreamWriter _file = new(path);
    private long _last;

    /// <summary>The calls so far.</summary>
    public Call[] Calls
    {
        get
        {
            lock (_lock)
            {
                return [.. _calls];
            }
        }
    }

    public long NextId() => Interlocked.Increment(ref _last);

    public void Add(Call call)
    {
        lock (_lock)
        {
            _calls.Add(call);
            _file.WriteLine(JsonSerializer.Serialize(call));
            _file.Flush();
        }
    }

    public void Dispose() => _file.Dispose();
}
