using System.Text;

namespace Versioning.Files;

/// <summary>Asks git for a short text.</summary>
internal static class GitProcess
{
    private const long MaxLength = 256 * 1024 * 1024;

    /// <summary>What git wrote, or null where it is missing, failed or took longer than ten seconds.</summary>
    public static string? Run(string folder, params ReadOnlySpan<string> arguments)
    {
        var command = new GitCommand(folder) { Limit = TimeSpan.FromSeconds(10) };
        return command.Run(MaxLength, default, arguments) is { Succeeded: true } output ? Encoding.UTF8.GetString(output.Bytes) : null;
    }
}
