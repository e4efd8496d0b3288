using System.CommandLine;
using Versioning.Tool.Output;

namespace Versioning.Tool.Commands;

internal sealed class DiffCommand : VersCommand
{
    private readonly Argument<string> _before = new("before") { Description = "The first version." };
    private readonly Argument<string> _after = new("after") { Description = "The second; @4 means the same artifact." };

    internal DiffCommand()
        : base("diff", "The paths in which two versions differ.", "0 fine, with or without differences, 2 usage, 3 not found, 4 damaged")
    {
        Arguments.Add(_before);
        Arguments.Add(_after);
    }

    protected override async Task<int> RunAsync(ParseResult parsed, Reply reply, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> references = InFull([parsed.GetRequiredValue(_before), parsed.GetRequiredValue(_after)]);
        await using VersionStore store = await OpenAsync(parsed, cancellationToken).ConfigureAwait(false);
        var changes = new List<FileChange>();
        await foreach (FileChange change in store.DiffAsync(references[0], references[1], cancellationToken).ConfigureAwait(false))
        {
            if (reply.IsJson)
            {
                changes.Add(change);
            }

            reply.Row(VersionText.Change(change));
        }

        reply.Document(json =>
        {
            json.WriteStartArray("changes");
            foreach (FileChange change in changes)
            {
                json.WriteStartObject();
                json.WriteString("change", change.Kind switch { FileChangeKind.Added => "added", FileChangeKind.Removed => "removed", _ => "modified" });
                json.WriteString("path", change.Path);
                foreach ((string name, FileEntry? file) in new[] { ("before", change.Before), ("after", change.After) })
                {
                    json.WritePropertyName(name);
                    if (file is null)
                    {
                        json.WriteNullValue();
                    }
                    else
                    {
                        VersionJson.WriteFile(json, file);
                    }
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
        return 0;
    }
}
