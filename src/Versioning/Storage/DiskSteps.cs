namespace Versioning.Storage;

/// <summary>A change to a disk: between any two of them a process can die.</summary>
internal enum DiskStep
{
    MakeDirectory,
    CreateFile,
    Write,
    Flush,
    Link,
    Rename,
    MakeSymbolicLink,
    Remove,
    FlushDirectory,
}

/// <summary>Tells tests of every step before it is made, so that they can stop or fail there. Nobody listens otherwise.</summary>
internal static class DiskSteps
{
    // Flows with the calls, so that tests side by side do not hear each other.
    private static readonly AsyncLocal<Action<DiskStep>?> Current = new();

    /// <summary>Who is told, in this flow of calls; what it throws takes the place of the step.</summary>
    internal static Action<DiskStep>? Listener
    {
        get => Current.Value;
        set => Current.Value = value;
    }

    internal static void Before(DiskStep step) => Current.Value?.Invoke(step);
}
