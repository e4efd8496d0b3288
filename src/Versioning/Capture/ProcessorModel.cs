using System.Runtime.InteropServices;

namespace Versioning.Capture;

/// <summary>The name of the processor: other models may add up in another order.</summary>
internal static class ProcessorModel
{
    /// <summary>The name, or null where the system does not tell it.</summary>
    public static string? Read() =>
        OperatingSystem.IsWindows() ? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER")
        : RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86 ? SystemText.Field("/proc/cpuinfo", "model name")
        : SystemText.Field("/proc/cpuinfo", "CPU part") is { } part ? $"{SystemText.Field("/proc/cpuinfo", "CPU implementer")} {part}" : null;
}
