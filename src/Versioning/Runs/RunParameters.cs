namespace Versioning.Runs;

/// <summary>What may be a parameter of a run: they are recorded for ever.</summary>
internal static class RunParameters
{
    internal static void Check(string name, string value)
    {
        if (name.Length > 200 || name.AsSpan().ContainsAny('\n', '\r', '\0'))
        {
            throw new VersioningException("invalid_name", $"'{name[..Math.Min(name.Length, 40)]}' is not the name of a parameter.", "Use at most 200 characters in one line.");
        }

        _ = value;
    }
}
