namespace Versioning.Tests.Storage;

/// <summary>Where tests keep what they make: in memory where there is room for it, else where temporary files go; TMPDIR decides where it is set.</summary>
/// <remarks>On a disk, half of the processor time of tests with many files is the file system's. Tests about disks say so and use one.</remarks>
internal static class TemporaryPlace
{
    private const string Memory = "/dev/shm";

    /// <summary>Many times what the tests of a project have there at once.</summary>
    private const long Room = 4L << 30, Machine = 8L << 30;

    internal static string Root { get; } = IsInMemory() ? Memory : Path.GetTempPath();

    /// <summary>A new folder that nobody else looks into.</summary>
    internal static string Create(string name)
    {
        string path = Path.Join(Root, $"{name}-{Guid.NewGuid():N}");
        return (OperatingSystem.IsWindows()
            ? Directory.CreateDirectory(path)
            : Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute)).FullName;
    }

    private static bool IsInMemory() =>
        Environment.GetEnvironmentVariable("TMPDIR") is null
        && Directory.Exists(Memory)
        && new DriveInfo(Memory).AvailableFreeSpace >= Room
        && GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >= Machine;
}
