using System.Text;
using System.Text.Json;

namespace Versioning.Workspaces;

/// <summary>Changes single members of a JSON text and leaves the rest as its author wrote it: order, layout, comments.</summary>
internal static class JsonEdit
{
    private static readonly JsonReaderOptions Options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Sets a member; a new one goes where its name belongs among those there are, or else to the end.</summary>
    /// <param name="text">UTF-8, an object; sound JSON.</param>
    /// <param name="within">The member of the outermost object that holds the object to change, made where it is missing; null: the outermost.</param>
    /// <param name="name">The member.</param>
    /// <param name="value">Its value as JSON on one line.</param>
    /// <param name="first">Whether a new one goes before all others.</param>
    internal static byte[] Set(byte[] text, string? within, string name, string value, bool first = false)
    {
        if (Find(text, within) is not { } target)
        {
            return Set(text, null, within!, $"{{\n{Indent}{Indent}{Quote(name)}: {value}\n{Indent}}}");
        }

        int index = target.Members.FindIndex(m => m.Name == name);
        if (index >= 0)
        {
            return Splice(text, target.Members[index].ValueStart, target.Members[index].End, value);
        }

        string member = $"{Quote(name)}: {value}";
        if (target.Members.Count == 0)
        {
            string outer = within is null ? "" : Indent;
            return Splice(text, target.Start, target.End, $"\n{outer}{Indent}{member}\n{outer}");
        }

        Member last = target.Members[^1];
        bool isSorted = target.Members.Zip(target.Members.Skip(1)).All(pair => string.CompareOrdinal(pair.First.Name, pair.Second.Name) < 0);
        Member? next = first ? target.Members[0] : isSorted && within is not null ? target.Members.Find(m => string.CompareOrdinal(m.Name, name) > 0) : null;
        if (next is not null)
        {
            return Splice(text, next.Start, next.Start, $"{member},{Separator(text, next.Start)}");
        }

        // Behind the comma that the last one may have, and behind what is said of it on the same line.
        int comma = CommaAfter(text, last.End);
        byte[] before = comma < 0 ? Splice(text, last.End, last.End, ",") : text;
        int behind = comma < 0 ? last.End + 1 : comma + 1;
        int at = EndOfRemark(before, behind);
        string separator = Separator(text, last.Start);
        if (before.AsSpan(behind, at - behind).TrimStart(" \t"u8).StartsWith("//"u8) && !separator.StartsWith('\n'))
        {
            // It would be part of the remark.
            separator = $"\n{Indent}{Indent}";
        }

        return Splice(before, at, at, $"{separator}{member}{(comma < 0 ? "" : ",")}");
    }

    /// <summary>Removes a member; one that is not there is none to remove.</summary>
    internal static byte[] Remove(byte[] text, string within, string name)
    {
        int index = Find(text, within) is { } target ? target.Members.FindIndex(m => m.Name == name) : -1;
        if (index < 0)
        {
            return text;
        }

        List<Member> members = Find(text, within)!.Members;
        Member gone = members[index];
        int comma = CommaAfter(text, gone.End);
        int start = LineStart(text, gone.Start) ?? gone.Start;
        int end = EndOfRemark(text, comma < 0 ? gone.End : comma + 1);
        if (LineStart(text, gone.Start) is not null && end < text.Length && text[end] is (byte)'\r' or (byte)'\n')
        {
            end += text[end] == '\r' && end + 1 < text.Length && text[end + 1] == '\n' ? 2 : 1;
        }
        else
        {
            start = gone.Start;
        }

        byte[] without = Splice(text, start, end, "");
        if (comma < 0 && index > 0)
        {
            // Now the one before is the last.
            int left = CommaAfter(text, members[index - 1].End);
            without = Splice(without, left, left + 1, "");
        }

        return without;
    }

    private const string Indent = "  ";

    private static string Quote(string name) => $"\"{JsonEncodedText.Encode(name)}\"";

    private static byte[] Splice(byte[] text, int start, int end, string with) => [.. text.AsSpan(0, start), .. Encoding.UTF8.GetBytes(with), .. text.AsSpan(end)];

    /// <summary>What stands between a member and the one before it: a new line and an indent, or a space.</summary>
    private static string Separator(byte[] text, int member) =>
        LineStart(text, member) is { } start ? $"\n{Encoding.UTF8.GetString(text.AsSpan(start, member - start))}" : " ";

    /// <summary>Where the line begins, if there is nothing but white space before a place in it.</summary>
    private static int? LineStart(byte[] text, int at)
    {
        int start = at;
        while (start > 0 && text[start - 1] is (byte)' ' or (byte)'\t')
        {
            start--;
        }

        return start > 0 && text[start - 1] == '\n' ? start : null;
    }

    private static int CommaAfter(byte[] text, int at)
    {
        while (at < text.Length)
        {
            if (text[at] == ',')
            {
                return at;
            }

            if (text[at] == '/')
            {
                at = EndOfComment(text, at);
            }
            else if (text[at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            {
                at++;
            }
            else
            {
                return -1;
            }
        }

        return -1;
    }

    /// <summary>Where a remark ends that stands on the same line, or else the place itself.</summary>
    private static int EndOfRemark(byte[] text, int at)
    {
        int next = at;
        while (next < text.Length && text[next] is (byte)' ' or (byte)'\t')
        {
            next++;
        }

        bool isRemark = next + 1 < text.Length && text[next] == '/' && EndOfComment(text, next) is var end && !text.AsSpan(next, end - next).Contains((byte)'\n');
        return isRemark ? EndOfComment(text, next) : at;
    }

    private static int EndOfComment(byte[] text, int at)
    {
        ReadOnlySpan<byte> rest = text.AsSpan(at);
        int length = rest.StartsWith("/*"u8) ? rest.IndexOf("*/"u8) + 2 : rest.IndexOfAny((byte)'\r', (byte)'\n');
        return length < 0 ? text.Length : at + length;
    }

    private static Target? Find(byte[] text, string? within)
    {
        var reader = new Utf8JsonReader(text, Options);
        reader.Read();
        if (within is null)
        {
            return Read(ref reader);
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isIt = reader.ValueTextEquals(within);
            reader.Read();
            if (isIt)
            {
                return Read(ref reader);
            }

            reader.Skip();
        }

        return null;
    }

    private static Target Read(ref Utf8JsonReader reader)
    {
        int start = (int)reader.BytesConsumed;
        var members = new List<Member>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            (string name, int at) = (reader.GetString()!, (int)reader.TokenStartIndex);
            reader.Read();
            int value = (int)reader.TokenStartIndex;
            reader.Skip();
            members.Add(new Member(name, at, value, (int)reader.BytesConsumed));
        }

        return new Target(start, (int)reader.TokenStartIndex, members);
    }

    private sealed record Target(int Start, int End, List<Member> Members);

    private sealed record Member(string Name, int Start, int ValueStart, int End);
}
