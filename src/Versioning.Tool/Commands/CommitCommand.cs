using System.CommandLine;
using System.Diagnostics;
using Versioning.Tool.Output;

namespace Versioning.Tool.Commands;

internal sealed class CommitCommand : VersCommand
{
    private readonly Argument<string> _name = new("name") { Description = "The artifact, such as datasets/reviews." };
    private readonly Argument<string> _path = new("path") { Description = "The folder or file." };
    private readonly Option<string?> _message = new("--message", "-m") { Description = "What to say of the version.", HelpName = "text" };
    private readonly Option<string?> _kind = new("--kind") { Description = "dataset or model." };
    private readonly Option<string?> _author = new("--author") { Description = "Who makes it.", HelpName = "text" };
    private readonly Option<string[]> _meta = new("--meta") { Description = "Metadata, name=value; repeatable.", HelpName = "name=value" };
    private readonly Option<string?> _card = new("--card") { Description = "A Markdown file that says what the version is; it becomes its README.md.", HelpName = "file" };
    private readonly Option<string[]> _metric = new("--metric") { Description = "A metric, name=number; repeatable.", HelpName = "name=number" };
    private readonly Option<string[]> _param = new("--param") { Description = "A parameter, name=value; repeatable.", HelpName = "name=value" };
    private readonly Option<string[]> _input = new("--input") { Description = "A version that it was made from; repeatable.", HelpName = "reference" };
    private readonly Option<string?> _tag = new("--tag") { Description = "A tag for the new version." };
    private readonly Option<string?> _alias = new("--alias") { Description = "An alias to move to it." };
    private readonly Option<long?> _expect = Numbers.Option("--expect-latest", [], "The number that must be the latest (0: none).", least: 0);
    private readonly Option<string[]> _include = new("--include") { Description = "Take only what matches; git's rules; repeatable.", HelpName = "pattern" };
    private readonly Option<string[]> _exclude = new("--exclude") { Description = "Leave out what matches; git's rules; repeatable.", HelpName = "pattern" };
    private readonly Option<bool> _patch = new("--patch") { Description = "The folder holds only what changes in the latest version." };
    private readonly Option<string[]> _remove = new("--remove") { Description = "With --patch: a glob of paths that the latest version loses, before what the folder holds is put in; repeatable.", HelpName = "glob" };
    private readonly Option<bool> _rehash = new("--rehash") { Description = "Read every file, even those that the file cache knows." };
    private readonly Option<bool> _raw = new("--no-compress") { Description = "Store every chunk as it is." };

    private readonly Option<bool> _sign = new("--sign") { Description = "Sign the version, in the same entry. Without it that is done where the store demands it." };
    private readonly Option<bool> _noCode = new("--no-code") { Description = "Record no code commit." };

    internal CommitCommand()
        : base("commit", "Publish a folder or file as a new version.", "0 fine, 2 usage, 3 not found, 5 conflict, 6 store unavailable")
    {
        _kind.AcceptOnlyFromAmong("dataset", "model");
        Arguments.Add(_name);
        Arguments.Add(_path);
        foreach (Option option in (Option[])[_message, _kind, _author, _meta, _card, _metric, _param, _input, _tag, _alias, _expect, _include, _exclude, _patch, _remove, _rehash, _raw, _noCode, _sign])
        {
            Options.Add(option);
        }
    }

    protected override async Task<int> RunAsync(ParseResult parsed, Reply reply, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        var options = new CommitOptions
        {
            Message = parsed.GetValue(_message) ?? "",
            Kind = parsed.GetValue(_kind) switch { "dataset" => ArtifactKind.Dataset, "model" => ArtifactKind.Model, _ => null },
            Author = parsed.GetValue(_author),
            Metadata = KeyValues.Parse("--meta", parsed.GetValue(_meta)),
            CardFile = parsed.GetValue(_card),
            Metrics = KeyValues.ParseNumbers("--metric", parsed.GetValue(_metric)),
            Parameters = KeyValues.Parse("--param", parsed.GetValue(_param)),
            Inputs = [.. (parsed.GetValue(_input) ?? []).Select(text => new ArtifactReference(text))],
            Tag = parsed.GetValue(_tag),
            Alias = parsed.GetValue(_alias),
            ExpectLatest = parsed.GetValue(_expect),
            Include = parsed.GetValue(_include) ?? [],
            Exclude = parsed.GetValue(_exclude) ?? [],
            Patch = parsed.GetValue(_patch),
            Remove = parsed.GetValue(_remove) ?? [],
            Rehash = parsed.GetValue(_rehash),
            Compress = !parsed.GetValue(_raw),
            RecordCode = !parsed.GetValue(_noCode),
            Sign = parsed.GetValue(_sign) ? true : null,
        };
        await using VersionStore store = await OpenToWriteAsync(parsed, cancellationToken).ConfigureAwait(false);
        using ProgressLine? progress = Progress(parsed);
        CommitResult result = await store.CommitAsync(parsed.GetRequiredValue(_name), parsed.GetRequiredValue(_path), options, progress, cancellationToken).ConfigureAwait(false);
        progress?.Dispose();
        ArtifactVersion version = result.Version;
        reply.Document(json =>
        {
            json.WriteString("name", version.Artifact);
            json.WriteNumber("number", version.Number);
            json.WriteString("digest", version.Digest.ToString());
            json.WriteString("content", version.Content.ToString());
            json.WriteNumber("files", version.FileCount);
            json.WriteNumber("bytes", version.ByteCount);
            json.WriteNumber("storedBytes", result.StoredBytes);
            json.WriteBoolean("unchanged", result.Unchanged);
            json.WriteNumber("seconds", Math.Round(watch.Elapsed.TotalSeconds, 3));
        });
        if (version.FileCount == 0)
        {
            Reply.Note($"{version.Artifact}@{version.Number} has no files: nothing in '{parsed.GetValue(_path)}' was taken.");
        }

        string state = result.Unchanged ? "unchanged, no new version" : $"{Human.Bytes(result.StoredBytes)} new";
        reply.Line($"{version.Pin} · {Human.Count(version.FileCount, "file")} · {Human.Bytes(version.ByteCount)} · {state}");
        return 0;
    }
}
