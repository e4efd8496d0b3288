using System.CommandLine;
using System.Globalization;
using Versioning.Tool.Output;

namespace Versioning.Tool.Commands;

internal sealed class CatCommand : VersCommand
{
    private readonly Argument<string> _reference = new("reference") { Description = References };
    private readonly Argument<string> _path = new("path") { Description = "The file in it." };
    private readonly Option<string?> _range = new("--range") { Description = "Bytes first-last (inclusive), first-, or -count for the end." };

    internal CatCommand()
        : base("cat", "The bytes of one file on stdout, verified; with --json as base64.", "0 fine, 2 usage, 3 not found, 4 damaged, 6 store unavailable")
    {
        Arguments.Add(_reference);
        Arguments.Add(_path);
        Options.Add(_range);
    }

    protected override async Task<int> RunAsync(ParseResult parsed, Reply reply, CancellationToken cancellationToken)
    {
        await using VersionStore store = await OpenAsync(parsed, cancellationToken).ConfigureAwait(false);
        await using Stream file = await store.OpenReadAsync(parsed.GetRequiredValue(_reference), parsed.GetRequiredValue(_path), cancellationToken).ConfigureAwait(false);
        (long first, long count) = Range(parsed.GetValue(_range), file.Length);
        file.Position = first;
        if (reply.IsJson)
        {
            return await Base64Document.WriteAsync(file, first, count, cancellationToken).ConfigureAwait(false);
        }

        await using Stream output = Console.OpenStandardOutput();
        byte[] buffer = new byte[256 * 1024];
        while (count > 0 && !StandardOutput.IsClosed)
        {
            int read = await file.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, count)), cancellationToken).ConfigureAwait(false);
            await output.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            count -= read;
        }

        return 0;
    }

    private static (long First, long Count) Range(string? range, long length)
    {
        if (range is null)
        {
            return (0, length);
        }

        int dash = range.IndexOf('-', StringComparison.Ordinal);
        string from = dash < 0 ? "" : range[..dash], to = dash < 0 ? "" : range[(dash + 1)..];
        bool hasFrom = long.TryParse(from, NumberStyles.None, CultureInfo.InvariantCulture, out long first);
        bool hasTo = long.TryParse(to, NumberStyles.None, CultureInfo.InvariantCulture, out long last);
        bool valid = dash >= 0 && (hasFrom || from.Length == 0) && (hasTo || to.Length == 0) && (hasFrom || hasTo) && !(hasFrom && hasTo && last < first);
        if (!valid)
        {
            throw new VersioningException("usage", $"--range {range}: a range is first-last, first- or -count.");
        }

        first = hasFrom ? Math.Min(first, length) : Math.Max(0, length - last);
        long end = hasFrom && hasTo ? Math.Min(length, last + 1) : length;
        return (first, Math.Max(0, end - first));
    }
}
