using Versioning.Storage;

namespace Versioning.Tests.Store;

internal static class StoreExtensions
{
    internal static async Task<byte[]> BytesAsync(this ObjectStore store, ObjectKey key)
    {
        long length = await store.StatAsync(key) ?? throw new InvalidOperationException($"No {key}.");
        byte[] bytes = new byte[length];
        await store.ReadAsync(key, 0, bytes);
        return bytes;
    }

    internal static async Task ReplaceAsync(this ObjectStore store, ObjectKey key, byte[] content)
    {
        await store.DeleteAsync(key);
        await store.CreateAsync(key, content);
    }

    internal static async Task<List<ObjectKey>> KeysAsync(this ObjectStore store, string prefix = "")
    {
        var keys = new List<ObjectKey>();
        await foreach (ObjectInfo info in store.ListAsync(prefix))
        {
            keys.Add(info.Key);
        }

        return keys;
    }

    internal static async Task<MemoryStore> CopyAsync(this ObjectStore store)
    {
        var copy = new MemoryStore();
        await store.CopyAsync(copy);
        return copy;
    }

    internal static async Task CopyAsync(this ObjectStore store, ObjectStore target)
    {
        await foreach (ObjectInfo info in store.ListAsync(""))
        {
            byte[] bytes = new byte[info.Length];
            await store.ReadAsync(info.Key, 0, bytes);
            await target.CreateAsync(info.Key, bytes);
        }
    }
}
