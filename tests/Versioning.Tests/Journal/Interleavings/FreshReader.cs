using Versioning.Journal;
using Versioning.Packs;

namespace Versioning.Tests.Journal.Interleavings;

/// <summary>Who comes last folds what is there and reads every version.</summary>
internal static class FreshReader
{
    internal static void Check(Execution execution)
    {
        try
        {
            using var log = new JournalLog(execution.Objects, InstantTime.Instance);
            StoreState state = log.FoldAsync(CancellationToken.None).GetAwaiter().GetResult();
            if (!Checkpoint.Encode(state).Span.SequenceEqual(Checkpoint.Encode(execution.Witness.Head).Span))
            {
                execution.Witness.Report("a fresh reader folds to something else");
            }

            using var packs = new PackReader(execution.Objects, state.Resolve, _ => Task.CompletedTask);
            foreach (PublishedVersion version in state.Artifacts.Values.SelectMany(a => a.Versions).Where(v => !v.Retired))
            {
                foreach (ChunkRef reference in execution.Library.Closure(version.Root))
                {
                    ReadOnlyMemory<byte> bytes = packs.ReadChunkAsync(reference, CancellationToken.None).AsTask().GetAwaiter().GetResult();
                    if (System.Text.Encoding.UTF8.GetString(bytes.Span) != execution.Library[reference])
                    {
                        execution.Witness.Report($"a fresh reader gets wrong bytes for chunk {reference.Ordinal} of pack {reference.Pack}");
                    }
                }
            }
        }
        catch (VersioningException e)
        {
            execution.Witness.Report($"a fresh reader fails: {e.Message}");
        }
    }
}
