using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Versioning.Capture;

/// <summary>What surrounds a run and may change its results, by an allow list: nothing else is looked at.</summary>
internal static class RunEnvironment
{
    /// <summary>Under this name stands which changes of the code are not in the patch that was recorded.</summary>
    public const string LeftOutName = "code.left_out";

    /// <summary>Tells the surroundings of this process.</summary>
    /// <param name="folder">The folder whose packages count: its own and those of the projects below.</param>
    /// <param name="variables">Environment variables to record: names, or globs such as <c>OMP_*</c>; what looks like a credential becomes <c>***</c>.</param>
    /// <returns>Texts by name, in ascending order of names. What is not known here is not named.</returns>
    /// <exception cref="VersioningException">A glob names nothing that would limit it, or is too long.</exception>
    public static SortedDictionary<string, string> Take(string folder, IEnumerable<string> variables)
    {
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["architecture"] = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant(),
            ["culture"] = CultureInfo.CurrentCulture.Name is { Length: > 0 } culture ? culture : "invariant",
            ["memory"] = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes.ToString(CultureInfo.InvariantCulture),
            ["os"] = RuntimeInformation.OSDescription,
            ["processors"] = Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture),
            ["runtime"] = RuntimeInformation.FrameworkDescription,
            ["simd"] = SimdBits().ToString(CultureInfo.InvariantCulture),
            ["timezone"] = TimeZoneInfo.Local.Id,
            ["tool"] = ToolVersion.Text,
        };
        AddKnown("container", Container());
        AddKnown("gpu", NvidiaDriver.Models());
        AddKnown("gpu.driver", NvidiaDriver.Version());
        AddKnown("processor", ProcessorModel.Read());
        AddKnown("sdk", SdkVersion.Find(folder));
        foreach ((string name, string value) in PackageFiles.Hash(folder).Concat(EnvironmentVariables.Take(variables)))
        {
            found[name] = value;
        }

        return found;

        void AddKnown(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                found[name] = value;
            }
        }
    }

    /// <summary>What differs between the surroundings of a recorded run and others, in ascending order of names.</summary>
    /// <remarks>Of masked values it can't be told whether they differ.</remarks>
    public static IReadOnlyList<EnvironmentDifference> Compare(IReadOnlyDictionary<string, string> recorded, IReadOnlyDictionary<string, string> now) =>
        [.. recorded.Keys.Union(now.Keys, StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .Select(name => new EnvironmentDifference(name, recorded.GetValueOrDefault(name), now.GetValueOrDefault(name)))
            .Where(difference => difference.Recorded != difference.Now)];

    // Sums of floating-point numbers come out differently with other lengths of vectors.
    private static int SimdBits() => Vector512.IsHardwareAccelerated ? 512 : 8 * Vector<byte>.Count;

    private static string? Container()
    {
        if (Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST") is { Length: > 0 })
        {
            return "kubernetes";
        }

        if (File.Exists("/run/.containerenv"))
        {
            return "podman";
        }

        return File.Exists("/.dockerenv") ? "docker" : Environment.GetEnvironmentVariable("DOTNET_RUNNING_IN_CONTAINER") is "true" or "1" ? "container" : null;
    }
}
