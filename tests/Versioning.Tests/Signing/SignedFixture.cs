using NUnit.Framework;
using Versioning.Journal;
using Versioning.Storage;
using Versioning.Tests.Store;

namespace Versioning.Tests.Signing;

/// <summary>A store in memory that several people with keys of their own use.</summary>
internal abstract class SignedFixture : IDisposable
{
    private protected const string Model = "models/churn";
    private protected readonly TempFolder _folder = new();
    private protected readonly MemoryStore _objects = new();

    private protected static SigningKey Alice => SignedKeys.Of(1);

    private protected static SigningKey Bob => SignedKeys.Of(2);

    public void Dispose()
    {
        _folder.Dispose();
        _objects.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    private protected Task<VersionStore> OpenAsync(SigningKey? signer = null, params Digest[] trusted) =>
        VersionStore.CreateAsync(new PassingStore(_objects), Options(signer, trusted));

    private protected VersionStoreOptions Options(SigningKey? signer = null, params Digest[] trusted) =>
        new() { Author = "tester", CacheDirectory = _folder.Of("cache"), Signer = signer, TrustedKeys = trusted };

    /// <summary>Makes a store that trusts Alice.</summary>
    private protected async Task<VersionStore> AlicesStoreAsync()
    {
        VersionStore store = await OpenAsync(Alice);
        await store.TrustKeyAsync(Alice.PublicKeyPem, "alice");
        return store;
    }

    private protected Task<CommitResult> CommitAsync(VersionStore store, string content, CommitOptions? options = null, string artifact = Model)
    {
        _folder.Write("m/w", content);
        return store.CommitAsync(artifact, _folder.Of("m"), options ?? new CommitOptions { RecordCode = false });
    }

    /// <summary>Rewrites entries as somebody does who can write and knows how, and has no key: the chain is right again.</summary>
    /// <param name="change">What becomes of an entry; null: it goes.</param>
    private protected async Task RewriteAsync(Func<JournalEntry, JournalEntry?> change)
    {
        long next = 1;
        Digest previous = default;
        for (long sequence = 1; await _objects.StatAsync(StoreKeys.Entry(sequence)) is not null; sequence++)
        {
            JournalEntry entry = JournalEntry.Decode(await _objects.BytesAsync(StoreKeys.Entry(sequence)), "it");
            await _objects.DeleteAsync(StoreKeys.Entry(sequence));
            if (change(entry) is { } changed)
            {
                byte[] bytes = (changed with { Sequence = next, Previous = previous }).Encode().ToArray();
                await _objects.CreateAsync(StoreKeys.Entry(next++), bytes);
                previous = Canonical.DomainHash.Entry(bytes);
            }
        }
    }

    private protected static void AssertCode<T>(Func<Task> act, string code, params string[] says)
        where T : VersioningException =>
        Assert.That(
            () => act(),
            Throws.TypeOf<T>().With.Property("Code").EqualTo(code).And.Matches<T>(failure => says.All(said => $"{failure!.Message} {failure.Hint}".Contains(said, StringComparison.Ordinal))));
}
