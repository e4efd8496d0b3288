using System.CommandLine;
using Versioning.Tool.Output;

namespace Versioning.Tool.Commands;

internal sealed class ShowCommand : VersCommand
{
    private readonly Argument<string> _reference = new("reference") { Description = References };
    private readonly Option<bool> _card = new("--card") { Description = "Its card only, as Markdown." };

    internal ShowCommand()
        : base("show", "Everything recorded about a version, and its card.", "0 fine, 2 usage, 3 not found, 4 damaged, or the pin does not match, 6 store unavailable")
    {
        Arguments.Add(_reference);
        Options.Add(_card);
    }

    protected override async Task<int> RunAsync(ParseResult parsed, Reply reply, CancellationToken cancellationToken)
    {
        await using VersionStore store = await OpenAsync(parsed, cancellationToken).ConfigureAwait(false);
        ArtifactVersion version = await store.ResolveAsync(parsed.GetRequiredValue(_reference), cancellationToken).ConfigureAwait(false);
        if (parsed.GetValue(_card))
        {
            WriteCard(version, await store.ReadCardAsync(version, cancellationToken).ConfigureAwait(false) ?? throw NoCard(version), reply);
            return 0;
        }

        string? card = await CardAsync(store, version, cancellationToken).ConfigureAwait(false);
        reply.Document(json =>
        {
            VersionJson.Write(json, version);
            json.WriteString("card", card);
        });
        foreach (string line in VersionText.Lines(version))
        {
            reply.Line(line);
        }

        if (card is not null)
        {
            reply.Line();
            reply.Card(card, isRendered: true);
        }
        else if (version.Kind != ArtifactKind.Run)
        {
            reply.Line("  card     none");
        }

        return 0;
    }

    /// <summary>The card; where metadata names a file that is none, that is no reason to show nothing.</summary>
    private static async Task<string?> CardAsync(VersionStore store, ArtifactVersion version, CancellationToken cancellationToken)
    {
        try
        {
            return await store.ReadCardAsync(version, cancellationToken).ConfigureAwait(false);
        }
        catch (VersioningException e) when (e.Code == "invalid_card")
        {
            Reply.Note(e.Message);
            return null;
        }
    }

    private static void WriteCard(ArtifactVersion version, string card, Reply reply)
    {
        reply.Document(json =>
        {
            json.WriteString("pin", version.Pin.ToString());
            json.WriteString("card", card);
        });
        reply.Card(card, isRendered: false);
    }

    private static NotFoundException NoCard(ArtifactVersion version) =>
        new("card_not_found", $"{version.Artifact}@{version.Number} was given no card.", "Give the next version one: vers commit … --card README.md");
}
