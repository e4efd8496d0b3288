using System.CommandLine;
using Versioning.Tool.Output;

namespace Versioning.Tool.Commands;

internal sealed class DiffCommand : VersCommand
{
    private const long DefaultMaxBytes = 1L << 30;

    private readonly Argument<string> _before = new("before") { Description = "The first version." };
    private readonly Argument<string> _after = new("after") { Description = "The second; @4 means the same artifact." };

    private readonly Option<bool> _content = new("--content") { Description = "Look into files too: tensors of safetensors and ONNX, rows and columns of CSV, JSON Lines and Parquet." };
    private readonly Option<long?> _maxBytes = Sizes.Option("--max-bytes", "With --content: how much of one file may be read; default 1GiB.");

    internal DiffCommand()
        : base("diff", "The paths in which two versions differ.", "0 fine, with or without differences, 2 usage, 3 not found, 4 damaged, 6 store unavailable")
    {
        Arguments.Add(_before);
        Arguments.Add(_after);
        Options.Add(_content);
        Options.Add(_maxBytes);
    }

    protected override async Task<int> RunAsync(ParseResult parsed, Reply reply, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> references = InFull([parsed.GetRequiredValue(_before), parsed.GetRequiredValue(_after)]);
        long maxBytes = parsed.GetValue(_maxBytes) ?? DefaultMaxBytes;
        bool content = parsed.GetValue(_content);
        await using VersionStore store = await OpenAsync(parsed, cancellationToken).ConfigureAwait(false);
        var changes = new List<FileChange>();
        IAsyncEnumerable<FileChange> differences = content
            ? store.InspectChangesAsync(references[0], references[1], maxBytes, cancellationToken)
            : store.DiffAsync(references[0], references[1], cancellationToken);
        await foreach (FileChange change in differences.ConfigureAwait(false))
        {
            if (reply.IsJson)
            {
                changes.Add(change);
            }

            reply.Row(VersionText.Change(change));
            foreach (ContentChange within in change.Content ?? [])
            {
                reply.Row(VersionText.Change(within));
            }
        }

        reply.Document(json => FileChangeJson.Write(json, changes, content));
        return 0;
    }
}
