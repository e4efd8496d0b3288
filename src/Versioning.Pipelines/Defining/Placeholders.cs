using System.Text;

namespace Versioning.Pipelines.Defining;

/// <summary>
/// <c>${name}</c> is a parameter, <c>${input:artifact}</c> and <c>${output:artifact}</c> are where inputs and outputs lie;
/// <c>$${</c> is <c>${</c>.
/// </summary>
internal static class Placeholders
{
    private const string Input = "input:", Output = "output:";

    /// <summary>Refuses what nothing is known of.</summary>
    internal static void Check(StageDefinition stage, DefinitionReader reader)
    {
        foreach (string name in Texts(stage.Command).SelectMany(Names))
        {
            bool isKnown =
                name.StartsWith(Input, StringComparison.Ordinal) ? stage.Inputs.Any(input => input.Name == name[Input.Length..]) :
                name.StartsWith(Output, StringComparison.Ordinal) ? stage.Outputs.Any(output => output.Artifact == name[Output.Length..]) :
                stage.Parameters.Any(parameter => parameter.Name == name) || stage.Matrix.Any(axis => axis.Name == name);
            reader.Require(isKnown, $"'${{{name}}}' in the command is no parameter, input or output of it ('$${{' stands for '${{')");
        }

        if (stage.Command.Shell is { } line && ShellQuotes.FirstWithin(line, Parts(line).Where(part => part.IsName).Select(part => part.Start)) is { } start)
        {
            throw reader.Wrong($"'{line[start..(line.IndexOf('}', start) + 1)]}' stands in quotes, a comment or a text after '<<' in the line for the shell; it is quoted by itself and has to stand alone");
        }
    }

    /// <summary>Whether the command is told a parameter.</summary>
    internal static bool IsTold(StageCommand command, string parameter) => Texts(command).SelectMany(Names).Contains(parameter);

    /// <summary>A text with everything put in.</summary>
    /// <param name="text">The text.</param>
    /// <param name="parameters">Parameters by name.</param>
    /// <param name="inputs">Where inputs lie, by name.</param>
    /// <param name="outputs">Where outputs lie, by artifact.</param>
    /// <param name="quote">What is done to each value before; null: nothing.</param>
    internal static string Fill(
        string text,
        IReadOnlyDictionary<string, string> parameters,
        IReadOnlyDictionary<string, string> inputs,
        IReadOnlyDictionary<string, string> outputs,
        Func<string, string>? quote = null)
    {
        var filled = new StringBuilder();
        foreach ((string part, bool isName, _) in Parts(text))
        {
            string value = !isName ? part
                : part.StartsWith(Input, StringComparison.Ordinal) ? inputs[part[Input.Length..]]
                : part.StartsWith(Output, StringComparison.Ordinal) ? outputs[part[Output.Length..]]
                : parameters[part];
            filled.Append(isName && quote is not null ? quote(value) : value);
        }

        return filled.ToString();
    }

    private static IEnumerable<string> Texts(StageCommand command) => command.Shell is { } shell ? [shell] : command.Arguments;

    private static IEnumerable<string> Names(string text) => Parts(text).Where(part => part.IsName).Select(part => part.Text);

    private static IEnumerable<(string Text, bool IsName, int Start)> Parts(string text)
    {
        int at = 0;
        while (text.IndexOf("${", at, StringComparison.Ordinal) is >= 0 and int start)
        {
            int end = text.IndexOf('}', start);
            if (start > at && text[start - 1] == '$')
            {
                yield return (text[at..(start - 1)] + "${", false, at);
                at = start + 2;
            }
            else if (end < 0)
            {
                break;
            }
            else
            {
                yield return (text[at..start], false, at);
                yield return (text[(start + 2)..end], true, start);
                at = end + 1;
            }
        }

        yield return (text[at..], false, at);
    }
}
