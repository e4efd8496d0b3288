using System.Diagnostics;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Versioning.Files;

namespace Versioning.Cards;

/// <summary>A source with a card in its root: what is there under its name has to be the same.</summary>
internal sealed class CardTree(SourceTree inner, Card card) : SourceTree
{
    private static readonly byte[] Path = Encoding.UTF8.GetBytes(Card.FileName);

    /// <inheritdoc/>
    public override IEnumerable<SourceFile> Enumerate(CancellationToken cancellationToken)
    {
        bool done = false;
        foreach (SourceFile file in inner.Enumerate(cancellationToken))
        {
            int order = file.Path.AsSpan().SequenceCompareTo(Path);
            if (!done && order >= 0)
            {
                done = true;
                yield return new CardSource(Path, card.Content);
            }

            if (order != 0)
            {
                RequireOtherName(file);
                yield return file;
            }
            else if (!IsSame(file))
            {
                throw new ConflictException(
                    "card_taken",
                    $"The folder has a '{Card.FileName}' with other content than the card, and there is one place for both.",
                    $"Make that file the card, or leave it out with --exclude /{Card.FileName}.");
            }
        }

        if (!done)
        {
            yield return new CardSource(Path, card.Content);
        }
    }

    protected override void Dispose(bool disposing) => inner.Dispose();

    private bool IsSame(SourceFile file)
    {
        if (file.LinkTarget is not null || file.Stamp.Size != card.Content.Length)
        {
            return false;
        }

        byte[] content = new byte[card.Content.Length];
        return file.TryRead(content) && content.AsSpan().SequenceEqual(card.Content);
    }

    /// <summary>Refuses a folder of that name, and a file whose name is the same on disks that ignore case.</summary>
    private static void RequireOtherName(SourceFile file)
    {
        ReadOnlySpan<byte> first = file.Path.AsSpan();
        int slash = first.IndexOf((byte)'/');
        first = slash < 0 ? first : first[..slash];
        if (Ascii.EqualsIgnoreCase(first, Path))
        {
            throw new ConflictException(
                "card_taken",
                $"The folder has '{Encoding.UTF8.GetString(first)}', which is in the way of the card '{Card.FileName}'.",
                $"Rename it, or leave it out with --exclude /{Encoding.UTF8.GetString(first)}.");
        }
    }
}

/// <summary>A card in the place of a file. Its stamp is of the end of time, so that no cache of files ever keeps it.</summary>
internal sealed class CardSource(byte[] path, byte[] content) : SourceFile(path, FileKind.File, new FileStamp(content.Length, long.MaxValue, long.MaxValue, 0, 0), null)
{
    /// <inheritdoc/>
    public override bool TryRead(Span<byte> destination)
    {
        content.CopyTo(destination);
        return true;
    }

    // It is short enough to be read whole, and what is read never changes.
    public override SafeFileHandle Open() => throw new UnreachableException();
}
