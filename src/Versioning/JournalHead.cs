using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Versioning;

/// <summary>
/// Where a journal ends: a position and the hash of its entry, which covers all entries before. Kept in another place it
/// tells later whether the journal still goes on from there. Its text is <c>41:sha256:…</c>.
/// </summary>
/// <param name="Sequence">The position, from 1; 0 for an empty journal.</param>
/// <param name="Digest">The hash of the entry there.</param>
public readonly record struct JournalHead(long Sequence, Digest Digest)
{
    /// <summary>Reads what <see cref="ToString"/> writes; <c>sha256:</c> may be left out.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out JournalHead head)
    {
        int colon = text?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        bool isHead = colon > 0
            & long.TryParse(colon > 0 ? text.AsSpan(0, colon) : "", NumberStyles.None, CultureInfo.InvariantCulture, out long sequence)
            & Digest.TryParse(text.AsSpan(colon + 1), out Digest digest);
        head = isHead ? new JournalHead(sequence, digest) : default;
        return isHead;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Sequence}:{Digest}");
}
