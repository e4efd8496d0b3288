using System.CommandLine;
using Versioning.Tool.Output;

namespace Versioning.Tool.Commands;

internal sealed class AuditCommand : VersCommand
{
    private readonly Argument<string?> _about = new("about") { Description = "Only an artifact, a glob of such names, or everything about one version: name@7.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _author = new("--author") { Description = "Only by authors with this in their name, in whatever case." };
    private readonly Option<DateTimeOffset?> _since = Times.Option("--since", "Only from then on.");
    private readonly Option<DateTimeOffset?> _until = Times.Option("--until", "Only up to then; a date is meant with its day.", wholeDays: true);
    private readonly Option<string[]> _actions = new("--action") { Description = "Only this operation: publish, run, tag, alias, policy, key, sign, demand, retire, condemn, relocate; repeatable." };
    private readonly Option<bool> _newest = new("--newest") { Description = "Newest first." };
    private readonly Option<long?> _count = Numbers.Option("--count", ["-n", "--limit"], "At most that many.", least: 1);
    private readonly Option<string?> _format = new("--format") { Description = "text, json (as with --json), or jsonl: one JSON document on each line, as it is read. Default: text." };
    private readonly Option<bool> _verify = new("--verify") { Description = "Check the journal from its first entry on, and that all that it names is there." };
    private readonly Option<JournalHead[]> _expected = new("--expect") { Description = "With --verify, which it implies: the journal must still have this, as --head printed it once; repeatable.", HelpName = "head" };
    private readonly Option<bool> _head = new("--head") { Description = "Print where the journal ends, to be noted elsewhere." };

    internal AuditCommand()
        : base("audit", "What was ever decided, by whom, and whether the journal can be believed.", "0 fine, 2 usage, 3 not found, 4 the journal was tampered with or is damaged, 6 store unavailable")
    {
        _format.AcceptOnlyFromAmong("text", "json", "jsonl");
        _expected.CustomParser = result => [.. result.Tokens.Select(token =>
        {
            if (!JournalHead.TryParse(token.Value, out JournalHead head))
            {
                result.AddError($"--expect {token.Value}: it takes what 'vers audit --head' prints, such as 41:sha256:… with 64 hexadecimal digits.");
            }
            else if (head.Sequence == 0)
            {
                result.AddError($"--expect {token.Value}: that is an empty journal, which every other one goes on from, so it checks nothing. Note a head when something was committed.");
            }

            return head;
        })];
        Arguments.Add(_about);
        foreach (Option option in (Option[])[_author, _since, _until, _actions, _newest, _count, _format, _verify, _expected, _head])
        {
            Options.Add(option);
        }
    }

    protected override bool IsJson(ParseResult parsed) => base.IsJson(parsed) || parsed.GetValue(_format) == "json";

    protected override async Task<int> RunAsync(ParseResult parsed, Reply reply, CancellationToken cancellationToken)
    {
        bool lists = parsed.GetValue(_about) is not null || ((Option[])[_author, _since, _until, _actions, _newest, _count]).Any(option => parsed.GetResult(option) is { Implicit: false });
        bool inLines = parsed.GetValue(_format) == "jsonl", head = parsed.GetValue(_head);
        JournalHead[] expected = parsed.GetValue(_expected) ?? [];
        bool verify = parsed.GetValue(_verify) || expected.Length > 0;
        if ((head && verify) || ((head || verify) && (lists || inLines)))
        {
            throw new VersioningException("usage", "--verify and --head are about the whole journal: they go with nothing that limits or lists it, nor with each other.", "See 'vers audit --help'.");
        }

        if (inLines && reply.IsJson)
        {
            throw new VersioningException("usage", "--json and --format jsonl exclude each other.");
        }

        string location = StoreLocator.Find(parsed.GetValue(SharedOptions.Store));
        await using VersionStore store = await OpenAsync(parsed, cancellationToken).ConfigureAwait(false);
        if (verify)
        {
            using ProgressLine? progress = Progress(parsed);
            return await JournalVerification.RunAsync(store, location, expected, progress, reply, cancellationToken).ConfigureAwait(false);
        }

        if (head)
        {
            JournalHead end = await store.ReadHeadAsync(cancellationToken).ConfigureAwait(false);
            reply.Document(json =>
            {
                json.WriteString("head", end.ToString());
                json.WriteNumber("sequence", end.Sequence);
                json.WriteString("digest", end.Digest.ToString());
            });
            reply.Line(end.ToString());
            return 0;
        }

        IReadOnlyList<TrustedKey> keys = inLines || reply.IsJson ? [] : await store.ListKeysAsync(cancellationToken).ConfigureAwait(false);
        await ListAsync(store.AuditAsync(Asked(parsed), cancellationToken), keys, inLines, reply).ConfigureAwait(false);
        return 0;
    }

    private AuditOptions Asked(ParseResult parsed)
    {
        string? about = parsed.GetValue(_about);
        bool isVersion = about?.AsSpan().ContainsAny('@', '#') == true;
        return new AuditOptions
        {
            Artifact = isVersion ? null : about,
            Reference = isVersion ? new ArtifactReference(about!) : (ArtifactReference?)null,
            Author = parsed.GetValue(_author),
            Since = parsed.GetValue(_since),
            Until = parsed.GetValue(_until),
            Actions = parsed.GetValue(_actions) ?? [],
            NewestFirst = parsed.GetValue(_newest),
            Limit = parsed.GetValue(_count),
        };
    }

    private static async Task ListAsync(IAsyncEnumerable<AuditRecord> records, IReadOnlyList<TrustedKey> keys, bool inLines, Reply reply)
    {
        // One document is whole or an error, so it waits for its end; all else goes out as it is read.
        var all = new List<AuditRecord>();
        using JsonLines? lines = inLines ? new JsonLines() : null;
        await foreach (AuditRecord record in records.ConfigureAwait(false))
        {
            if (reply.IsJson)
            {
                all.Add(record);
                continue;
            }

            if (StandardOutput.IsClosed)
            {
                return;
            }

            lines?.Write(json => AuditJson.Write(json, record));
            if (lines is null)
            {
                reply.Row(VersionText.Record(record, keys));
            }
        }

        reply.Document(json =>
        {
            json.WriteStartArray("records");
            all.ForEach(record => AuditJson.Write(json, record));
            json.WriteEndArray();
        });
    }
}
