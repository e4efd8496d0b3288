using Versioning.Journal;
using Versioning.Packs;
using Versioning.Storage;

namespace Versioning.Commits;

/// <summary>The part of a store that versions are published in.</summary>
internal sealed record CommitTarget(ObjectStore Objects, JournalLog Journal, PackReader Packs, VersionStoreOptions Settings, Func<string> StoreId);
