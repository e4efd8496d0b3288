using System.CommandLine;
using Versioning.Tool.Output;

namespace Versioning.Tool.Commands;

internal sealed class CompareCommand : TableCommand
{
    private readonly Argument<string[]> _references = new("reference") { Description = "Two or more versions or runs; @4 means the same artifact as the one before.", Arity = new ArgumentArity(2, 1000) };
    private readonly Option<bool> _all = new("--all") { Description = "What is the same in all of them too." };

    internal CompareCommand()
        : base("compare", "Versions and runs side by side: metrics, parameters, inputs, code, environment.", "0 fine, with or without differences, 2 usage, 3 not found, 4 damaged, 6 store unavailable")
    {
        Arguments.Add(_references);
        Options.Add(_all);
    }

    protected override async Task<int> RunAsync(ParseResult parsed, Reply reply, CancellationToken cancellationToken)
    {
        TableFormat format = Format(parsed);
        IReadOnlyList<string> references = InFull(parsed.GetRequiredValue(_references));
        await using VersionStore store = await OpenAsync(parsed, cancellationToken).ConfigureAwait(false);
        VersionComparison comparison = await store.CompareAsync(references.Select(text => new ArtifactReference(text)), cancellationToken).ConfigureAwait(false);
        List<ComparedRow> rows = [.. comparison.Rows.Where(row => row.Differs || parsed.GetValue(_all))];
        reply.Document(json => ComparisonJson.Write(json, comparison, rows));
        bool forPeople = format == TableFormat.Markdown || (format == TableFormat.Table && reply.IsTerminal);
        (forPeople ? ComparisonText.ForPeople(comparison, rows) : ComparisonText.ForPrograms(comparison, rows)).Write(reply, format, withHead: true);
        if (rows.Count == 0 && !reply.IsJson)
        {
            Reply.Note("Nothing that was recorded differs; --all shows what is the same.");
        }

        return 0;
    }
}
