using System.CommandLine;
using Versioning.Tool.Output;

namespace Versioning.Tool.Commands;

internal sealed class LogCommand : VersCommand
{
    private readonly Argument<string> _name = new("name") { Description = "The artifact." };
    private readonly Option<long?> _count = Numbers.Option("--count", ["-n"], "At most that many.", least: 1);

    internal LogCommand()
        : base("log", "The versions of an artifact, newest first.", "0 fine, 2 usage, 3 not found, 4 damaged, 6 store unavailable")
    {
        Arguments.Add(_name);
        Options.Add(_count);
    }

    protected override async Task<int> RunAsync(ParseResult parsed, Reply reply, CancellationToken cancellationToken)
    {
        await using VersionStore store = await OpenAsync(parsed, cancellationToken).ConfigureAwait(false);
        var versions = new List<ArtifactVersion>();
        await foreach (ArtifactVersion version in store.LogAsync(NameOnly(parsed.GetRequiredValue(_name)), cancellationToken).ConfigureAwait(false))
        {
            if (versions.Count >= (parsed.GetValue(_count) ?? long.MaxValue))
            {
                break;
            }

            versions.Add(version);
        }

        reply.Document(json =>
        {
            json.WriteStartArray("versions");
            foreach (ArtifactVersion version in versions)
            {
                json.WriteStartObject();
                VersionJson.Write(json, version);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
        foreach (Field[] row in Table.Align([.. versions.Select(VersionText.Summary)]))
        {
            reply.Row(row);
        }

        return 0;
    }
}
