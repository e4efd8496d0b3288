using NUnit.Framework;
using Versioning.Storage;

namespace Versioning.Tests.Faults;

/// <summary>All that a store says, as text, from a fresh look that finds it sound and reads every byte.</summary>
internal static class StoreSnapshot
{
    internal const string None = "no store";

    internal static async Task<string> OfAsync(ObjectStore objects, VersionStoreOptions options)
    {
        if (await objects.StatAsync(StoreKeys.Format) is null)
        {
            return None;
        }

        var lines = new List<string>();
        await using VersionStore store = await VersionStore.OpenAsync(objects, options);
        Assert.That((await store.VerifyAsync()).Damages, Is.Empty);
        await foreach (ArtifactSummary artifact in store.ListArtifactsAsync())
        {
            lines.Add($"{artifact.Name} {Names(artifact.Tags)} {Names(artifact.Aliases)}");
            await foreach (ArtifactVersion version in store.LogAsync(artifact.Name))
            {
                lines.Add(version.Pin.ToString());
                await foreach (FileContent file in store.ReadFilesAsync(version.Pin.ToString()))
                {
                    lines.Add($"  {file.Path} {Digest.Of(file.Content.Span)}");
                }
            }
        }

        lines.Sort(StringComparer.Ordinal);
        return string.Join('\n', lines);
    }

    private static string Names(IReadOnlyDictionary<string, long> names) => string.Join(',', names.Select(n => $"{n.Key}={n.Value}"));
}
