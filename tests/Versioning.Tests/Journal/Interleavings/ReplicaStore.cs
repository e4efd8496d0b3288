using System.Runtime.CompilerServices;
using Versioning.Storage;

namespace Versioning.Tests.Journal.Interleavings;

/// <summary>The replica of the store, which lies beside it under a prefix, so that one scheduler sees both.</summary>
internal sealed class ReplicaStore(ObjectStore all) : ObjectStore
{
    internal const string Prefix = "replica/";

    public override string Location => "replica";

    internal static bool TryParse(ObjectKey key, out ObjectKey within)
    {
        bool parsed = key.Value.StartsWith(Prefix, StringComparison.Ordinal);
        within = parsed ? new ObjectKey(key.Value[Prefix.Length..]) : default;
        return parsed;
    }

    protected override ValueTask<bool> CreateCoreAsync(ObjectKey key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        all.CreateAsync(Of(key), content, cancellationToken);

    protected override ValueTask<ObjectRead?> ReadCoreAsync(ObjectKey key, long offset, Memory<byte> destination, CancellationToken cancellationToken) =>
        all.ReadAsync(Of(key), offset, destination, cancellationToken);

    protected override ValueTask<long?> StatCoreAsync(ObjectKey key, CancellationToken cancellationToken) => all.StatAsync(Of(key), cancellationToken);

    protected override async IAsyncEnumerable<ObjectInfo> ListCoreAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (ObjectInfo info in all.ListAsync(Prefix + prefix, cancellationToken))
        {
            yield return info with { Key = new ObjectKey(info.Key.Value[Prefix.Length..]) };
        }
    }

    protected override ValueTask<bool> DeleteCoreAsync(ObjectKey key, CancellationToken cancellationToken) => all.DeleteAsync(Of(key), cancellationToken);

    private static ObjectKey Of(ObjectKey key) => new(Prefix + key.Value);
}
