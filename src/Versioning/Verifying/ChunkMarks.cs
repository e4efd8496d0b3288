using System.Collections;
using System.Collections.Concurrent;
using Versioning.Packs;

namespace Versioning.Verifying;

/// <summary>What a run knows of chunks, by the object that holds them: three bits for each.</summary>
internal sealed class ChunkMarks
{
    private readonly ConcurrentDictionary<PackId, PackMarks> _packs = new();

    internal IEnumerable<KeyValuePair<PackId, PackMarks>> All => _packs;

    internal PackMarks Of(PackId target) => _packs.GetOrAdd(target, _ => new PackMarks());
}

/// <summary>Which chunks of one object are needed, which were seen to be sound, which are not. Thread-safe.</summary>
internal sealed class PackMarks
{
    private readonly BitArray _needed = new(0), _sound = new(0), _bad = new(0);
    private readonly SortedSet<string> _problems = new(StringComparer.Ordinal);
    private bool _allBad;

    /// <summary>Whether something reads it; otherwise only a listing named it.</summary>
    internal bool IsNeeded(int ordinal) => Get(_needed, ordinal);

    internal bool IsSound(int ordinal) => Get(_sound, ordinal);

    internal bool IsBad(int ordinal) => _allBad || Get(_bad, ordinal);

    internal bool HasNeeds => _needed.Length > 0;

    /// <summary>What is wrong, or null.</summary>
    internal string? Problem
    {
        get
        {
            lock (_needed)
            {
                return _problems.Count > 0 ? string.Join("; ", _problems) : null;
            }
        }
    }

    internal void Need(int ordinal) => Set(_needed, ordinal);

    /// <returns>Whether it was not known yet.</returns>
    internal bool NoteSound(int ordinal) => Set(_sound, ordinal);

    internal void NoteBad(int ordinal, string problem)
    {
        Set(_bad, ordinal);
        NoteProblem(problem);
    }

    internal void NoteAllBad(string problem)
    {
        _allBad = true;
        NoteProblem(problem);
    }

    private void NoteProblem(string problem)
    {
        lock (_needed)
        {
            _problems.Add(problem);
        }
    }

    private bool Get(BitArray bits, int ordinal)
    {
        lock (_needed)
        {
            return ordinal < bits.Length && bits[ordinal];
        }
    }

    private bool Set(BitArray bits, int ordinal)
    {
        lock (_needed)
        {
            if (ordinal >= bits.Length)
            {
                bits.Length = Math.Max(ordinal + 1, Math.Min(2 * bits.Length, bits.Length + 65_536));
            }

            bool isNew = !bits[ordinal];
            bits[ordinal] = true;
            return isNew;
        }
    }
}
