using Versioning.Storage;

namespace Versioning.Tests.Faults;

/// <summary>The n-th step on the disk: the process dies there, or that one step finds the disk full.</summary>
internal sealed class DiskFault(int index, bool stops)
{
    internal const string Message = "Injected: no space left on device";

    private int _seen = -1;
    private volatile bool _reached;

    /// <summary>Whether there were that many steps.</summary>
    internal bool Reached => _reached;

    /// <summary>The step, once it was reached.</summary>
    internal DiskStep? At { get; private set; }

    internal async Task RunAsync(Func<Task> command)
    {
        DiskSteps.Listener = Ask;
        try
        {
            await command();
        }
        finally
        {
            DiskSteps.Listener = null;
        }
    }

    public override string ToString() => $"{(stops ? "stop" : "full disk")} at step {index} ({At})";

    private void Ask(DiskStep step)
    {
        int now = Interlocked.Increment(ref _seen);
        if (now == index)
        {
            (At, _reached) = (step, true);
        }

        if (now >= index && stops)
        {
            throw new StoppedException();
        }

        if (now == index)
        {
            throw new IOException(Message, 28);
        }
    }
}
