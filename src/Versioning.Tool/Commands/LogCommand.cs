using System.CommandLine;
using Versioning.Tool.Output;

namespace Versioning.Tool.Commands;

internal sealed class LogCommand : VersCommand
{
    private readonly Argument<string> _name = new("name") { Description = "The artifact." };
    private readonly Option<int?> _count = new("--count", "-n") { Description = "At most that many." };

    internal LogCommand()
        : base("log", "The versions of an artifact, newest first. Exit codes: 0, 2 usage, 3 not found.")
    {
        Arguments.Add(_name);
        Options.Add(_count);
        _count.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() < 1)
            {
                result.AddError("--count is a number from 1.");
            }
        });
    }

    protected override async Task<int> RunAsync(ParseResult parsed, Reply reply, CancellationToken cancellationToken)
    {
        await using VersionStore store = await OpenAsync(parsed, cancellationToken).ConfigureAwait(false);
        var versions = new List<ArtifactVersion>();
        await foreach (ArtifactVersion version in store.LogAsync(parsed.GetRequiredValue(_name), cancellationToken).ConfigureAwait(false))
        {
            if (versions.Count >= (parsed.GetValue(_count) ?? int.MaxValue))
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
        foreach (ArtifactVersion version in versions)
        {
            string names = string.Join(", ", version.Tags.Concat(version.Aliases));
            reply.Line($"{version.Artifact}@{version.Number} {version.Digest.ToString()[..19]} {version.Created:yyyy-MM-dd HH:mm:ss} {version.Author}{(names.Length > 0 ? $" ({names})" : "")} {version.Message}");
        }

        return 0;
    }
}
