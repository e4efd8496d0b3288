using System.CommandLine;
using Versioning.Tool.Output;

namespace Versioning.Tool.Commands;

internal sealed class VerifyCommand : VersCommand
{
    private readonly Argument<string?> _reference = new("reference") { Description = "Only what this version needs.", Arity = ArgumentArity.ZeroOrOne };

    private readonly Option<bool> _files = new("--files") { Description = "Also hash every file as a whole; with a reference that is always done." };

    internal VerifyCommand()
        : base("verify", "Check every byte of the store.", "0 sound, 2 usage, 3 not found, 4 damaged, 6 store unavailable")
    {
        Arguments.Add(_reference);
        Options.Add(_files);
    }

    protected override async Task<int> RunAsync(ParseResult parsed, Reply reply, CancellationToken cancellationToken)
    {
        await using VersionStore store = await OpenAsync(parsed, cancellationToken).ConfigureAwait(false);
        using ProgressLine? progress = Progress(parsed);
        var options = new VerifyOptions
        {
            Reference = parsed.GetValue(_reference) is { } text ? new ArtifactReference(text) : (ArtifactReference?)null,
            HashFiles = parsed.GetValue(_files) ? true : null,
        };
        VerifyReport report = await store.VerifyAsync(options, progress, cancellationToken).ConfigureAwait(false);
        progress?.Dispose();
        reply.Document(json =>
        {
            json.WriteBoolean("sound", report.IsSound);
            json.WriteNumber("objects", report.Objects);
            json.WriteNumber("bytes", report.Bytes);
            json.WriteNumber("versions", report.Versions);
            json.WriteBoolean("includesUnreferenced", report.IncludesUnreferenced);
            DamageText.WriteIncoming(json, report);
            DamageText.Write(json, report.Damages);
        });
        DamageText.Tell(reply, report.Damages);
        reply.Line($"{Human.Count(report.Versions, "version")} · {Human.Count(report.Objects, "object")} · {Human.Bytes(report.Bytes)} · {DamageText.Verdict(report)}");
        if (options.Reference is null && !report.IncludesUnreferenced)
        {
            Reply.Note("This store can't be listed: what no version reaches was not checked.");
        }

        DamageText.NoteIncoming(report);
        return report.IsSound ? 0 : Failure.Integrity;
    }
}
