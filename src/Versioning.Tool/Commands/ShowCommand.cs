using System.CommandLine;
using Versioning.Tool.Output;

namespace Versioning.Tool.Commands;

internal sealed class ShowCommand : VersCommand
{
    private readonly Argument<string> _reference = new("reference") { Description = "The version." };

    internal ShowCommand()
        : base("show", "Everything recorded about a version.", "0 fine, 2 usage, 3 not found, 4 damaged, or the pin does not match") => Arguments.Add(_reference);

    protected override async Task<int> RunAsync(ParseResult parsed, Reply reply, CancellationToken cancellationToken)
    {
        await using VersionStore store = await OpenAsync(parsed, cancellationToken).ConfigureAwait(false);
        ArtifactVersion version = await store.ResolveAsync(parsed.GetRequiredValue(_reference), cancellationToken).ConfigureAwait(false);
        reply.Document(json => VersionJson.Write(json, version));
        foreach (string line in VersionText.Lines(version))
        {
            reply.Line(line);
        }

        return 0;
    }
}
