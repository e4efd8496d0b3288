namespace Versioning;

/// <summary>What a mirror did.</summary>
/// <param name="Position">The position in the journal up to which the replica has everything now; 0 for a store without entries.</param>
/// <param name="Objects">Objects that were created in the replica, entries included; 0 where it had everything.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="Entries">How many of them are journal entries.</param>
public sealed record MirrorResult(long Position, long Objects, long Bytes, long Entries);
