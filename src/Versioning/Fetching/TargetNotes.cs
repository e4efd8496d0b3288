using System.IO.Hashing;
using System.Runtime.InteropServices;
using Versioning.Files;

namespace Versioning.Fetching;

/// <summary>
/// What a fetch learned of each file in its target, in nine bytes: enough to tell at the end whether the file is still
/// the one that was hashed or written. Thread safe.
/// </summary>
internal sealed class TargetNotes
{
    private readonly Lock _lock = new();
    private NoteKind[] _kinds = new NoteKind[256];
    private long[] _proofs = new long[256];

    /// <summary>Whether there is anything that the last cache did not know.</summary>
    internal bool HasNews { get; private set; }

    /// <summary>The file had the right digest, and this stamp before and after it was read.</summary>
    internal void Hashed(int index, in FileStamp stamp) => Note(index, NoteKind.Hashed, ProofOf(stamp));

    /// <summary>The file was written, with this time.</summary>
    internal void Written(int index, long mtimeNs) => Note(index, NoteKind.Written, mtimeNs);

    internal NoteKind KindOf(int index) => index < _kinds.Length ? _kinds[index] : NoteKind.None;

    /// <summary>Whether the file with this stamp is still the one of the note.</summary>
    internal bool Holds(int index, in FileStamp stamp) =>
        _proofs[index] == (KindOf(index) == NoteKind.Written ? stamp.MtimeNs : ProofOf(stamp));

    private static long ProofOf(in FileStamp stamp) => (long)XxHash3.HashToUInt64(MemoryMarshal.AsBytes(new ReadOnlySpan<FileStamp>(in stamp)));

    private void Note(int index, NoteKind kind, long proof)
    {
        lock (_lock)
        {
            if (index >= _kinds.Length)
            {
                int length = Math.Max(index + 1, 2 * _kinds.Length);
                Array.Resize(ref _kinds, length);
                Array.Resize(ref _proofs, length);
            }

            (_kinds[index], _proofs[index]) = (kind, proof);
            HasNews = true;
        }
    }
}

/// <summary>What happened to a file of the target.</summary>
internal enum NoteKind : byte
{
    /// <summary>Nothing that the last cache did not know.</summary>
    None,
    Hashed,
    Written,
}
