using System.CommandLine;
using Versioning.Tool.Output;

namespace Versioning.Tool.Commands;

internal sealed class RunsCommand : TableCommand
{
    private readonly Argument<string?> _name = new("name") { Description = "Only runs of this name, such as train.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<long?> _count = Numbers.Option("--count", ["-n"], "At most that many.", least: 1);
    private readonly Option<bool> _open = new("--open") { Description = "Those that started and have not ended, oldest first." };
    private readonly Option<string?> _lost = new("--lost") { Description = "Ends the open run of that id as lost: it can't publish anything any more.", HelpName = "id" };
    private readonly Option<string?> _message = new("--message", "-m") { Description = "With --lost: why.", HelpName = "text" };

    internal RunsCommand()
        : base("runs", "Runs that ended, newest first; each is a version that 'show' tells all about.", "0 fine, 2 usage, 3 not found, 4 damaged, 6 store unavailable")
    {
        Arguments.Add(_name);
        Options.Add(_count);
        Options.Add(_open);
        Options.Add(_lost);
        Options.Add(_message);
    }

    protected override async Task<int> RunAsync(ParseResult parsed, Reply reply, CancellationToken cancellationToken)
    {
        TableFormat format = Format(parsed);
        string? id = parsed.GetValue(_lost), name = parsed.GetValue(_name);
        if (id is not null && format is TableFormat.Csv or TableFormat.Markdown)
        {
            throw new VersioningException("usage", "--lost ends one run and lists none: there is no table of it.", "Leave --format out, or ask for json.");
        }

        await using VersionStore store = await (id is null ? OpenAsync(parsed, cancellationToken) : OpenToWriteAsync(parsed, cancellationToken)).ConfigureAwait(false);
        if (id is not null)
        {
            ArtifactVersion lost = await store.DeclareRunLostAsync(id, parsed.GetValue(_message), cancellationToken).ConfigureAwait(false);
            reply.Document(json => VersionJson.Write(json, lost));
            reply.Line(lost.Pin.ToString());
            return 0;
        }

        int most = (int)Math.Min(parsed.GetValue(_count) ?? int.MaxValue, int.MaxValue);
        if (parsed.GetValue(_open))
        {
            await ListOpenAsync(store, reply, format, run => name is null || run.Name == name || run.Name == $"runs/{name}", most, cancellationToken).ConfigureAwait(false);
            return 0;
        }

        List<ArtifactVersion> runs = await store.ListRunsAsync(name, cancellationToken).Take(most).ToListAsync(cancellationToken).ConfigureAwait(false);
        if (runs.Count == 0 && name is not null)
        {
            await RefuseMisspeltAsync(store, name, cancellationToken).ConfigureAwait(false);
        }

        reply.Document(json =>
        {
            json.WriteStartArray("runs");
            foreach (ArtifactVersion run in runs)
            {
                json.WriteStartObject();
                VersionJson.Write(json, run);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
        RunText.Ended(runs, ofOneName: name is not null).Write(reply, format, withHead: name is not null && runs.Count > 0);
        return 0;
    }

    /// <summary>No run of a name that has been used is no error; no run of one that never was is a slip, as it is for 'log'.</summary>
    private static async Task RefuseMisspeltAsync(VersionStore store, string name, CancellationToken cancellationToken)
    {
        string full = name.StartsWith("runs/", StringComparison.Ordinal) ? name : $"runs/{name}";
        if (await store.ListOpenRunsAsync(cancellationToken).AnyAsync(run => run.Name == full, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        _ = await store.LogAsync(full, cancellationToken).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task ListOpenAsync(VersionStore store, Reply reply, TableFormat format, Func<OpenRunInfo, bool> isWanted, int most, CancellationToken cancellationToken)
    {
        List<OpenRunInfo> open = await store.ListOpenRunsAsync(cancellationToken).Where(isWanted).Take(most).ToListAsync(cancellationToken).ConfigureAwait(false);
        reply.Document(json =>
        {
            json.WriteStartArray("open");
            foreach (OpenRunInfo run in open)
            {
                VersionJson.WriteOpenRun(json, run);
            }

            json.WriteEndArray();
        });
        RunText.Open(open).Write(reply, format, withHead: false);
    }
}
