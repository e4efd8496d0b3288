using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace Versioning.Workspaces;

/// <summary>What is wrong with the text of a lock, and in which line, from 1.</summary>
internal sealed class LockTextException : Exception
{
    public LockTextException(int line, string message)
        : base(message) => Line = line;

    public int Line { get; }
}

/// <summary>
/// The text of <c>versions.lock</c>: TOML, of which it uses comments, tables with quoted names, strings without escapes,
/// whole numbers and lists of strings. One table for each pin, in the order of their names, with an empty line before it: changes to
/// different pins merge without a conflict.
/// </summary>
/// <remarks>Also compiled into the generator, so it uses nothing else of the library, and nothing newer than .NET Standard 2.0.</remarks>
internal static class LockText
{
    private const int Version = 1;
    private const string DigestPrefix = "sha256:";
    private const string Head = "# The exact versions that versions.json means. Written by vers; commit it with the code.";

    // Those that every pin has.
    private static readonly string[] Keys = { "requested", "number", "digest", "manifest", "files", "bytes" };

    public static string Write(IEnumerable<LockedPin> pins)
    {
        var sorted = new List<LockedPin>(pins);
        sorted.Sort((left, right) => string.CompareOrdinal(left.Name, right.Name));
        var text = new StringBuilder();
        text.Append(Head).Append('\n').Append("lock = ").Append(Version).Append('\n');
        foreach (LockedPin pin in sorted)
        {
            text.Append("\n[\"").Append(pin.Name).Append("\"]\n");
            text.Append("requested = \"").Append(pin.Requested).Append("\"\n");
            text.Append("number = ").Append(pin.Number.ToString(CultureInfo.InvariantCulture)).Append('\n');
            text.Append("digest = \"").Append(pin.Digest).Append("\"\n");
            text.Append("manifest = \"").Append(pin.Manifest).Append("\"\n");
            text.Append("files = ").Append(pin.Files.ToString(CultureInfo.InvariantCulture)).Append('\n');
            text.Append("bytes = ").Append(pin.Bytes.ToString(CultureInfo.InvariantCulture)).Append('\n');
            if (pin.Include.Count > 0)
            {
                text.Append("include = ").Append(LockList.Write(pin.Include)).Append('\n');
            }
        }

        return text.ToString();
    }

    /// <summary>Reads a lock; line ends may be of either kind.</summary>
    /// <exception cref="LockTextException">It is not one.</exception>
    public static List<LockedPin> Parse(string text)
    {
        var pins = new List<LockedPin>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        LockedPin? current = null;
        bool hasVersion = false;
        int number = 0;
        foreach (string raw in text.Split('\n'))
        {
            number++;
            string line = raw.Trim();
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            if (line.StartsWith("<<<<<<<", StringComparison.Ordinal) || line.StartsWith("=======", StringComparison.Ordinal) || line.StartsWith(">>>>>>>", StringComparison.Ordinal))
            {
                throw new LockTextException(number, "a merge conflict is not resolved here; keep both sides' tables, one for each name, and run 'vers restore'");
            }

            if (line[0] == '[')
            {
                RequireWhole(current, seen);
                string name = NameIn(line, number);
                if (!names.Add(name))
                {
                    throw new LockTextException(number, $"'{name}' is locked twice; keep one of the tables");
                }

                current = new LockedPin(name, number);
                pins.Add(current);
                seen.Clear();
                continue;
            }

            int equals = line.IndexOf('=');
            string key = equals < 0 ? line : line.Substring(0, equals).TrimEnd();
            string value = equals < 0 ? "" : line.Substring(equals + 1).TrimStart();
            if (equals < 0 || !seen.Add(key))
            {
                throw new LockTextException(number, equals < 0 ? "this is neither a table, nor 'name = value', nor a comment" : $"'{key}' is there twice");
            }

            if (current is not null)
            {
                Set(current, key, value, number);
            }
            else if (key != "lock")
            {
                throw new LockTextException(number, $"'{key}' stands before any pin");
            }
            else if (Number(value, number) != Version)
            {
                throw new LockTextException(number, $"the lock has format {value}, this version of Versioning knows {Version}; update Versioning");
            }
            else
            {
                hasVersion = true;
            }
        }

        RequireWhole(current, seen);
        return hasVersion ? pins : throw new LockTextException(1, $"it does not begin with 'lock = {Version}'");
    }

    private static void Set(LockedPin pin, string key, string value, int line)
    {
        switch (key)
        {
            case "requested":
                pin.Requested = Text(value, line);
                break;
            case "number":
                pin.Number = Number(value, line);
                break;
            case "digest":
                (pin.Digest, pin.DigestLine) = (DigestIn(value, line), line);
                break;
            case "manifest":
                pin.Manifest = DigestIn(value, line);
                break;
            case "files":
                pin.Files = Number(value, line);
                break;
            case "bytes":
                pin.Bytes = Number(value, line);
                break;
            case "include":
                pin.Include = LockList.Parse(value) ?? throw new LockTextException(line, $"{value} is not a list of texts in quotes");
                break;
            default:
                throw new LockTextException(line, $"'{key}' is not known; update Versioning, or write the lock anew with 'vers update'");
        }
    }

    private static void RequireWhole(LockedPin? pin, HashSet<string> seen)
    {
        if (pin is null)
        {
            return;
        }

        foreach (string key in Keys)
        {
            if (!seen.Contains(key))
            {
                throw new LockTextException(pin.Line, $"'{pin.Name}' has no '{key}'; write it anew with 'vers update {pin.Name}'");
            }
        }
    }

    private static string NameIn(string line, int number)
    {
        bool isTable = line.Length > 4 && line.StartsWith("[\"", StringComparison.Ordinal) && line.EndsWith("\"]", StringComparison.Ordinal);
        string name = isTable ? line.Substring(2, line.Length - 4) : "";
        return isTable && IsName(name) ? name : throw new LockTextException(number, "a table has to be the name of a pin in quotes, such as [\"models/churn\"]");
    }

    private static string Text(string value, int line)
    {
        bool isText = value.Length >= 2 && value[0] == '"' && value[value.Length - 1] == '"';
        string text = isText ? value.Substring(1, value.Length - 2) : "";
        return isText && text.Length > 0 && text.IndexOf('"') < 0 && text.IndexOf('\\') < 0 ? text : throw new LockTextException(line, $"{value} is not a text in quotes");
    }

    private static long Number(string value, int line) =>
        long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : throw new LockTextException(line, $"{value} is not a whole number");

    private static string DigestIn(string value, int line)
    {
        string text = Text(value, line);
        bool isDigest = text.Length == DigestPrefix.Length + 64 && text.StartsWith(DigestPrefix, StringComparison.Ordinal);
        for (int i = DigestPrefix.Length; isDigest && i < text.Length; i++)
        {
            isDigest = text[i] is (>= '0' and <= '9') or (>= 'a' and <= 'f');
        }

        return isDigest ? text : throw new LockTextException(line, $"{value} is not a digest: 'sha256:' and 64 lower-case hexadecimal digits");
    }

    /// <summary>The names that artifacts may have; see <c>References</c>.</summary>
    private static bool IsName(string name)
    {
        if (name.Length > 200)
        {
            return false;
        }

        foreach (string segment in name.Split('/'))
        {
            if (segment.Length == 0 || segment[0] is '.' or '-')
            {
                return false;
            }

            foreach (char c in segment)
            {
                if (c is not ((>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '.' or '_' or '-'))
                {
                    return false;
                }
            }
        }

        return true;
    }
}
