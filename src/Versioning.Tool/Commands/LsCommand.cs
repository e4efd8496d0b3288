using System.CommandLine;
using Versioning.Tool.Output;

namespace Versioning.Tool.Commands;

internal sealed class LsCommand : VersCommand
{
    private readonly Argument<string?> _reference = new("reference") { Description = $"{References} Without it, all artifacts are listed.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Argument<string?> _glob = new("glob") { Description = "Only paths that match.", Arity = ArgumentArity.ZeroOrOne };

    internal LsCommand()
        : base("ls", "The artifacts of a store, or the files of a version.", "0 fine, 2 usage, 3 not found, 4 damaged, 6 store unavailable")
    {
        Arguments.Add(_reference);
        Arguments.Add(_glob);
    }

    protected override async Task<int> RunAsync(ParseResult parsed, Reply reply, CancellationToken cancellationToken)
    {
        await using VersionStore store = await OpenAsync(parsed, cancellationToken).ConfigureAwait(false);
        if (parsed.GetValue(_reference) is { } reference)
        {
            await FilesAsync(store, reference, parsed.GetValue(_glob) ?? "**", reply, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await ArtifactsAsync(store, reply, cancellationToken).ConfigureAwait(false);
        }

        return 0;
    }

    private static async Task FilesAsync(VersionStore store, string reference, string glob, Reply reply, CancellationToken cancellationToken)
    {
        var files = new List<FileEntry>();
        bool any = false;
        await foreach (FileEntry file in store.ListFilesAsync(reference, glob, cancellationToken).ConfigureAwait(false))
        {
            if (reply.IsJson)
            {
                files.Add(file);
            }

            any = true;
            reply.Row(VersionText.File(file));
        }

        if (!any && glob != "**")
        {
            Reply.Note($"Nothing in {reference} matches '{glob}'.");
        }

        reply.Document(json =>
        {
            json.WriteStartArray("files");
            files.ForEach(file => VersionJson.WriteFile(json, file));
            json.WriteEndArray();
        });
    }

    private static async Task ArtifactsAsync(VersionStore store, Reply reply, CancellationToken cancellationToken)
    {
        var artifacts = new List<ArtifactSummary>();
        await foreach (ArtifactSummary artifact in store.ListArtifactsAsync(cancellationToken).ConfigureAwait(false))
        {
            artifacts.Add(artifact);
        }

        foreach (Field[] row in Table.Align([.. artifacts.Select(VersionText.Artifact)]))
        {
            reply.Row(row);
        }

        reply.Document(json =>
        {
            json.WriteStartArray("artifacts");
            foreach (ArtifactSummary artifact in artifacts)
            {
                json.WriteStartObject();
                json.WriteString("name", artifact.Name);
                json.WriteString("kind", VersionJson.Kind(artifact.Kind));
                json.WriteString("latest", artifact.Latest.ToString());
                json.WriteNumber("versions", artifact.VersionCount);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }
}
