using System.CommandLine;
using Versioning.Tool.Output;

namespace Versioning.Tool.Commands;

internal sealed class TagCommand : VersCommand
{
    private readonly Argument<string> _reference = new("reference") { Description = References };
    private readonly Argument<string> _tag = new("tag") { Description = "Its tag, for ever." };

    internal TagCommand()
        : base("tag", "Give a version a tag.", "0 fine, 2 usage, 3 not found, 5 the tag is taken, 6 store unavailable")
    {
        Arguments.Add(_reference);
        Arguments.Add(_tag);
    }

    protected override async Task<int> RunAsync(ParseResult parsed, Reply reply, CancellationToken cancellationToken)
    {
        await using VersionStore store = await OpenToWriteAsync(parsed, cancellationToken).ConfigureAwait(false);
        string tag = parsed.GetRequiredValue(_tag);
        bool set = await store.TagAsync(parsed.GetRequiredValue(_reference), tag, cancellationToken).ConfigureAwait(false);
        ArtifactVersion version = await store.ResolveAsync(parsed.GetRequiredValue(_reference), cancellationToken).ConfigureAwait(false);
        reply.Document(json =>
        {
            json.WriteString("pin", version.Pin.ToString());
            json.WriteString("tag", tag);
            json.WriteBoolean("unchanged", !set);
        });
        reply.Line($"{version.Artifact}@{version.Number} {(set ? "is" : "already was")} {version.Artifact}@{tag}");
        return 0;
    }
}
