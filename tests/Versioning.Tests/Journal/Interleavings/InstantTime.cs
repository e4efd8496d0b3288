namespace Versioning.Tests.Journal.Interleavings;

/// <summary>Time stands still and no pause lasts: when an actor goes on is for the scheduler to say.</summary>
internal sealed class InstantTime : TimeProvider
{
    internal static readonly InstantTime Instance = new();

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddYears(50);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        callback(state);
        return new Fired();
    }

    private sealed class Fired : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => false;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
