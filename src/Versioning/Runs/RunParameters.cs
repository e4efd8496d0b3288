using System.Buffers;
using System.Text;
using Versioning.Capture;

namespace Versioning.Runs;

/// <summary>What may be a parameter or metadata of a run: it is recorded for ever.</summary>
internal static class RunParameters
{
    private const int MaxName = 200;

    /// <exception cref="VersioningException">It may not.</exception>
    internal static void Check(string name, string value)
    {
        if (name.Length is 0 or > MaxName || name.AsSpan().ContainsAny('\n', '\r', '\0'))
        {
            throw new VersioningException("invalid_name", $"'{name[..Math.Min(name.Length, 40)].ReplaceLineEndings(" ")}' is not the name of a parameter.", $"Use 1 to {MaxName} characters in one line.");
        }

        CheckText(name);
        if (Secrets.IsSecret(name, value))
        {
            throw new VersioningException("secret_parameter", $"The value of '{name}' looks like a credential, and what a run records stays for ever.", "Leave it out, or give the run a name of it, such as that of an environment variable.");
        }
    }

    /// <summary>Refuses a name that would be another one when it is recorded, in UTF-8.</summary>
    /// <exception cref="VersioningException">It has half a surrogate pair.</exception>
    internal static void CheckText(string name)
    {
        for (ReadOnlySpan<char> rest = name; !rest.IsEmpty;)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out int length) != OperationStatus.Done)
            {
                throw new VersioningException("invalid_name", $"A name has half a surrogate pair at {name.Length - rest.Length}, so it is no text.", "Cut texts between characters only.");
            }

            rest = rest[length..];
        }
    }
}
