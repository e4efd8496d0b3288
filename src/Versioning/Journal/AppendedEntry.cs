namespace Versioning.Journal;

/// <summary>An entry that was appended.</summary>
/// <param name="Sequence">Its position.</param>
/// <param name="Length">Bytes that it has in the store.</param>
internal readonly record struct AppendedEntry(long Sequence, int Length);
