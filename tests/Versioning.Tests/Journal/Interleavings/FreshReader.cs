using Versioning.Journal;
using Versioning.Packs;
using Versioning.Storage;

namespace Versioning.Tests.Journal.Interleavings;

/// <summary>Who comes last folds what is there and reads every version.</summary>
internal static class FreshReader
{
    internal static void Check(Execution execution)
    {
        Check(execution, execution.Objects, execution.Witness.Head);
        if (execution.Witness.Replica is { Exists: true, Position: var position })
        {
            Check(execution, new ReplicaStore(execution.Objects), execution.Witness.States[(int)position]);
        }
    }

    private static void Check(Execution execution, ObjectStore objects, StoreState expected)
    {
        try
        {
            using var log = new JournalLog(objects, InstantTime.Instance);
            StoreState state = log.FoldAsync(CancellationToken.None).GetAwaiter().GetResult();
            if (!Checkpoint.Encode(state).Span.SequenceEqual(Checkpoint.Encode(expected).Span))
            {
                execution.Witness.Report("a fresh reader folds to something else");
            }

            using var packs = new PackReader(objects, state.Resolve, _ => Task.CompletedTask);
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
