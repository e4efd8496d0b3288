using System.CommandLine;
using Versioning.Tool.Output;

namespace Versioning.Tool.Commands;

/// <summary>What a build runs to have restored files in its output. MSBuild's own task links too, but makes what it linked writable, and with it the file in the cache.</summary>
internal sealed class BuildLinkCommand : VersCommand
{
    private readonly Argument<string> _list = new("list") { Description = "A file that has in each line a file, a tab, and where it has to be too." };

    internal BuildLinkCommand()
        : base("build-link", "Link files for a build.", "as for restore")
    {
        Hidden = true;
        Arguments.Add(_list);
    }

    protected override async Task<int> RunAsync(ParseResult parsed, Reply reply, CancellationToken cancellationToken)
    {
        string target = "vers";
        try
        {
            await foreach (string line in File.ReadLinesAsync(parsed.GetRequiredValue(_list), cancellationToken).ConfigureAwait(false))
            {
                string[] pair = line.Split('\t');
                target = Path.GetFullPath(pair[^1]);
                Link(pair[0], target);
            }

            return 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return BuildErrors.Tell(e, target);
        }
    }

    private static void Link(string source, string target)
    {
        var there = new FileInfo(target);
        if (there.Exists && there.LastWriteTimeUtc == File.GetLastWriteTimeUtc(source) && there.Length == new FileInfo(source).Length)
        {
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.Delete(target);
        if (!HardLink.TryCreate(source, target))
        {
            File.Copy(source, target);
        }
    }
}
