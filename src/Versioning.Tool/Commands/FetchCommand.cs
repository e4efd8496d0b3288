using System.CommandLine;
using System.Diagnostics;
using Versioning.Tool.Output;

namespace Versioning.Tool.Commands;

internal sealed class FetchCommand : VersCommand
{
    private readonly Argument<string> _reference = new("reference") { Description = References };
    private readonly Option<string?> _output = new("--output", "-o") { Description = "The folder. Default: the last part of the artifact's name, here.", HelpName = "folder" };
    private readonly Option<string[]> _include = new("--include") { Description = "A glob of paths to fetch; repeatable.", HelpName = "glob" };
    private readonly Option<bool> _force = new("--force") { Description = "Replace files that differ." };
    private readonly Option<bool> _rehash = new("--rehash") { Description = "Read every file that is there, those too that the file cache knows." };

    internal FetchCommand()
        : base("fetch", "Write the files of a version into a folder, verified.", "0 fine, 2 usage, 3 not found, 4 damaged, 5 something is in the way, 6 store unavailable")
    {
        Arguments.Add(_reference);
        Options.Add(_output);
        Options.Add(_include);
        Options.Add(_force);
        Options.Add(_rehash);
    }

    protected override async Task<int> RunAsync(ParseResult parsed, Reply reply, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        string reference = parsed.GetRequiredValue(_reference);
        string target = parsed.GetValue(_output) ?? reference.Split('@', '#')[0].Split('/')[^1];
        await using VersionStore store = await OpenAsync(parsed, cancellationToken).ConfigureAwait(false);
        using ProgressLine? progress = Progress(parsed);
        var options = new FetchOptions { Include = parsed.GetValue(_include) ?? [], Force = parsed.GetValue(_force), Rehash = parsed.GetValue(_rehash) };
        FetchResult result = await store.FetchAsync(reference, target, options, progress, cancellationToken).ConfigureAwait(false);
        progress?.Dispose();
        if (result.Files == 0 && options.Include.Count > 0)
        {
            Reply.Note($"No path of {result.Version.Artifact}@{result.Version.Number} matches --include.");
        }

        reply.Document(json =>
        {
            json.WriteNumber("files", result.Files);
            json.WriteNumber("bytes", result.Bytes);
            json.WriteString("path", result.Path);
            json.WriteString("pin", result.Version.Pin.ToString());
            json.WriteNumber("written", result.Written);
            json.WriteNumber("seconds", Math.Round(watch.Elapsed.TotalSeconds, 3));
        });
        reply.Line($"{result.Version.Pin} → {result.Path} · {Human.Count(result.Files, "file")} · {Human.Bytes(result.Bytes)} · {Human.Count(result.Written, "file")} written");
        return 0;
    }
}
