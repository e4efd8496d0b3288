namespace Versioning.Pipelines.Defining;

/// <summary>
/// Finds placeholders where a quoted word is none: in quotes, which its own would end, so that the shell would read the
/// rest as a part of the line; after a backslash, in a comment or in a text after <c>&lt;&lt;</c>.
/// </summary>
internal static class ShellQuotes
{
    private const char Single = '\'', Double = '"', Back = '`', Bracket = '(';

    /// <param name="line">The line.</param>
    /// <param name="starts">Where placeholders start in it, in ascending order.</param>
    /// <returns>The start of the first of those; null: there is none.</returns>
    internal static int? FirstWithin(string line, IEnumerable<int> starts)
    {
        var waiting = new Queue<int>(starts);

        // What is open. Within backquotes and "$(" quotes begin anew.
        var open = new Stack<char>();
        bool isAnnounced = false, isText = false, isComment = false;
        for (int i = 0; i < line.Length && waiting.Count > 0; i++)
        {
            char at = line[i], before = i > 0 ? line[i - 1] : '\n', top = open.Count > 0 ? open.Peek() : ' ';
            bool isQuoted = top is Single or Double;
            if (i == waiting.Peek())
            {
                if (isQuoted || isText || isComment)
                {
                    return i;
                }

                waiting.Dequeue();
            }
            else if (at == '\n' && !isQuoted)
            {
                (isComment, isText) = (false, isText || isAnnounced);
            }
            else if (isComment)
            {
                // It may hold one quote alone.
            }
            else if (top == Single)
            {
                if (at == Single)
                {
                    open.Pop();
                }
            }
            else if (at == '\\')
            {
                if (waiting.Peek() == ++i)
                {
                    return i;
                }
            }
            else if (at is Double or Back)
            {
                Turn(at, top == at);
            }
            else if (at == Bracket && (top == Bracket || before == '$'))
            {
                open.Push(Bracket);
            }
            else if (!isQuoted)
            {
                isComment = at == '#' && char.IsWhiteSpace(before);
                isAnnounced |= at == '<' && before == '<' && top != Bracket;
                if (at == Single || (at == ')' && top == Bracket))
                {
                    Turn(at, at == ')');
                }
            }
        }

        return null;

        void Turn(char at, bool ends)
        {
            if (ends)
            {
                open.Pop();
            }
            else
            {
                open.Push(at);
            }
        }
    }
}
