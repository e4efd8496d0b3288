namespace Versioning.Capture;

/// <summary>The words of a name in any of the styles that programs use: <c>ApiKey</c>, <c>API_KEY</c>, <c>api-key</c>, <c>Api:Key</c>.</summary>
internal static class NameWords
{
    public static List<Range> Split(ReadOnlySpan<char> name)
    {
        var words = new List<Range>();
        int start = 0;
        for (int i = 0; i <= name.Length; i++)
        {
            bool separates = i == name.Length || !char.IsLetterOrDigit(name[i]);
            if (separates || (i > start && BeginsWord(name, i)))
            {
                if (i > start)
                {
                    words.Add(start..i);
                }

                start = separates ? i + 1 : i;
            }
        }

        return words;
    }

    // 'Key' in apiKey, 'Key' in APIKey, but not 'PI' in API.
    private static bool BeginsWord(ReadOnlySpan<char> name, int at) =>
        char.IsUpper(name[at])
        && (!char.IsUpper(name[at - 1]) || (at + 1 < name.Length && char.IsLower(name[at + 1])));
}
