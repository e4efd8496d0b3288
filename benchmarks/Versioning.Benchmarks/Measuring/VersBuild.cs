using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.InteropServices;
using Versioning.Benchmarks.Comparing.Tools;

namespace Versioning.Benchmarks.Measuring;

/// <summary>The program under test: a published Release build and nothing else.</summary>
/// <param name="Path">An executable, or a .dll.</param>
/// <param name="Version">What it says of itself.</param>
internal sealed record VersBuild(string Path, string Version)
{
    private const int DisableOptimizations = 0x100;

    /// <summary>Takes the program that is named, or publishes the one of this checkout.</summary>
    public static VersBuild Find(string? named, string work)
    {
        string path = System.IO.Path.GetFullPath(named ?? Publish(work));
        if (!File.Exists(path))
        {
            throw new UsageException($"{path} is not there.");
        }

        foreach (string library in (string[])["vers.dll", "Versioning.dll"])
        {
            string file = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(path)!, library);
            if (File.Exists(file) && !IsOptimized(file))
            {
                throw new UsageException($"{file} is a Debug build: publish it with -c Release.");
            }
        }

        return new VersBuild(path, Shell.Output("sh", "-c", $"{Vers.Command(path)} --version").Trim());
    }

    private static string Publish(string work)
    {
        string output = System.IO.Path.Combine(work, "vers-build");
        string project = System.IO.Path.Combine(Checkout.Root, "src", "Versioning.Tool");
        Console.WriteLine($"Publishing {project}");

        // For this machine, and without a trace in the lock files of the checkout.
        string said = Shell.Output("dotnet", "publish", "-c", "Release", "-v", "quiet", "-r", RuntimeInformation.RuntimeIdentifier, "--self-contained", "false",
            "-p:NuGetLockFilePath=obj/benchmark.lock.json", "-p:RestoreLockedMode=false", project, "-o", output);
        string program = System.IO.Path.Combine(output, "vers");
        return File.Exists(program) ? program : throw new UsageException($"vers could not be published:\n{said}");
    }

    private static bool IsOptimized(string file)
    {
        using PEReader image = new(File.OpenRead(file));
        MetadataReader metadata = image.GetMetadataReader();
        foreach (CustomAttribute attribute in metadata.GetAssemblyDefinition().GetCustomAttributes().Select(metadata.GetCustomAttribute))
        {
            if (attribute.Constructor.Kind == HandleKind.MemberReference
                && metadata.GetMemberReference((MemberReferenceHandle)attribute.Constructor).Parent is { Kind: HandleKind.TypeReference } type
                && metadata.StringComparer.Equals(metadata.GetTypeReference((TypeReferenceHandle)type).Name, "DebuggableAttribute"))
            {
                BlobReader value = metadata.GetBlobReader(attribute.Value);
                value.ReadUInt16();
                return (value.ReadInt32() & DisableOptimizations) == 0;
            }
        }

        return true;
    }
}
