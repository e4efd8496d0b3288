using System.Runtime.InteropServices;

namespace Versioning.Tool.Output;

/// <summary>Whether anyone still reads what is written to stdout; the console stream hides that.</summary>
internal static partial class StandardOutput
{
    private const short PollError = 8;

    /// <summary>Whether stdout is a pipe that its reader has closed, as <c>head</c> does when it has enough.</summary>
    internal static bool IsClosed
    {
        get
        {
            if (OperatingSystem.IsWindows())
            {
                return false;
            }

            var state = new PollDescriptor { Descriptor = 1 };
            return Poll(ref state, 1, 0) > 0 && (state.Returned & PollError) != 0;
        }
    }

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(ref PollDescriptor descriptors, nuint count, int milliseconds);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        internal int Descriptor;
        internal short Events;
        internal short Returned;
    }
}
