using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Versioning.Capture;

namespace Versioning.Cards;

/// <summary>The Markdown that says what a version is, kept as a file of that version.</summary>
internal sealed class Card
{
    /// <summary>Where it lies in a version: where model hubs look for it.</summary>
    internal const string FileName = "README.md";

    /// <summary>The name of the metadata that names the file.</summary>
    internal const string MetadataName = "card";

    /// <summary>Longer ones are refused, in bytes.</summary>
    internal const int MaxLength = 1 << 20;

    private static ReadOnlySpan<byte> Mark => [0xEF, 0xBB, 0xBF];

    private Card(byte[] content) => Content = content;

    internal byte[] Content { get; }

    /// <summary>The card that a commit is given, read and checked; null where it is given none.</summary>
    internal static Card? Of(CommitOptions options)
    {
        if (options.Card is not null && options.CardFile is not null)
        {
            throw new VersioningException("invalid_option", $"The card is given twice, as a text and as the file '{options.CardFile}'.", "Give one of the two.");
        }

        if (IsGiven(options) && options.Metadata.TryGetValue(MetadataName, out string? other) && other != FileName)
        {
            throw new VersioningException("invalid_option", $"The metadata '{MetadataName}' names the file '{other}' as the card, and another card is given.", "Give the card, or the metadata that names a file of the version.");
        }

        if (options.CardFile is { } path)
        {
            return new Card(Checked(Read(path), $"The card '{path}'"));
        }

        return options.Card is { } text ? new Card(Checked(Encode(text), "The card")) : null;
    }

    /// <summary>The metadata of a commit, with the path of its card where it is given one.</summary>
    internal static IEnumerable<KeyValuePair<string, string>> Metadata(CommitOptions options) => IsGiven(options)
        ? options.Metadata.Where(pair => pair.Key != MetadataName).Append(new(MetadataName, FileName))
        : options.Metadata;

    /// <summary>The text of a card that a version has.</summary>
    /// <exception cref="VersioningException">It is none.</exception>
    internal static string Text(ReadOnlySpan<byte> content, string what)
    {
        CheckText(content, what);
        return Encoding.UTF8.GetString(content.StartsWith(Mark) ? content[Mark.Length..] : content);
    }

    internal static VersioningException TooLong(string what, long length) =>
        Invalid(FormattableString.Invariant($"{what} has {length:N0} bytes; at most {MaxLength:N0} are taken."), "Keep what is long in files of its own, and name them in the card.");

    private static bool IsGiven(CommitOptions options) => options.Card is not null || options.CardFile is not null;

    private static byte[] Read(string path)
    {
        if (Secrets.IsSecretFile(path))
        {
            throw new VersioningException("secret_card", $"'{path}' is a file that holds credentials by its name, and whoever gets a version gets its card.", "Give a Markdown file.");
        }

        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            byte[] content = new byte[MaxLength + 1];
            int length = file.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
            return length <= MaxLength ? content[..length] : throw TooLong($"The card '{path}'", file.CanSeek ? file.Length : length);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException || (e is UnauthorizedAccessException && Directory.Exists(path)))
        {
            throw new NotFoundException("card_not_found", $"There is no file '{path}' that could be the card.", "Check the path and where the command runs.");
        }
    }

    private static byte[] Encode(string text)
    {
        try
        {
            return new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetBytes(text);
        }
        catch (EncoderFallbackException)
        {
            throw Invalid("The card has half a surrogate pair in it, so it is no text.", "Give it as it was read.");
        }
    }

    private static byte[] Checked(byte[] content, string what)
    {
        if (content.Length > MaxLength)
        {
            throw TooLong(what, content.Length);
        }

        string text = Text(content, what);
        if (string.IsNullOrWhiteSpace(text))
        {
            throw Invalid($"{what} is empty.", "Write what the version is, or give no card.");
        }

        int end = FrontMatter.Read(text).Lines;
        int number = 0;
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            number++;
            if (SecretText.IsSecretLine(line, isConfiguration: number <= end))
            {
                throw new VersioningException("secret_card", FormattableString.Invariant($"{what} has something that looks like a credential in line {number:N0}, and whoever gets a version gets its card."), "Take it out, and put a name of it there, such as that of an environment variable.");
            }
        }

        return content;
    }

    private static void CheckText(ReadOnlySpan<byte> content, string what)
    {
        if (!Utf8.IsValid(content) || content.Contains((byte)0))
        {
            throw Invalid($"{what} is no text in UTF-8.", "Save it as UTF-8.");
        }
    }

    private static VersioningException Invalid(string message, string hint) => new("invalid_card", message, hint);
}
