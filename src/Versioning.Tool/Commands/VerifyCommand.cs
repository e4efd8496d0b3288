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
            if (report.IncomingUpTo is { } position)
            {
                json.WriteNumber("incomingUpTo", position);
            }
            else
            {
                json.WriteNull("incomingUpTo");
            }

            json.WriteStartArray("damages");
            foreach (Damage damage in report.Damages)
            {
                json.WriteStartObject();
                json.WriteString("object", damage.Object);
                json.WriteString("problem", damage.Problem);
                Write(json, "versions", damage.Versions);
                Write(json, "files", damage.Files);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
        foreach (Damage damage in report.Damages)
        {
            reply.Line($"{damage.Object} {damage.Problem}");
            foreach (string hit in damage.Versions.Concat(damage.Files))
            {
                reply.Line($"  hits {hit}");
            }
        }

        reply.Line($"{Human.Count(report.Versions, "version")} · {Human.Count(report.Objects, "object")} · {Human.Bytes(report.Bytes)} · {(report.IsSound ? "sound" : Human.Count(report.Damages.Count, "damaged object"))}");
        if (options.Reference is null && !report.IncludesUnreferenced)
        {
            Reply.Note("This store can't be listed: what no version reaches was not checked.");
        }

        if (report.IncomingUpTo is { } upTo)
        {
            Reply.Note($"This replica is not up to date: a mirror was bringing entries up to {upTo}. Readers see an earlier state until 'vers mirror' has run to its end.");
        }

        return report.IsSound ? 0 : Failure.Integrity;
    }

    private static void Write(System.Text.Json.Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        foreach (string value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }
}
