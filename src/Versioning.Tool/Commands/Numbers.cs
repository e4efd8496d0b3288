using System.CommandLine;
using System.Globalization;

namespace Versioning.Tool.Commands;

/// <summary>Options that take a whole number.</summary>
internal static class Numbers
{
    internal static Option<long?> Option(string name, string[] aliases, string description, long least) => new(name, aliases)
    {
        Description = description,
        HelpName = "number",
        CustomParser = result =>
        {
            if (long.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number >= least)
            {
                return number;
            }

            result.AddError($"{name} {result.Tokens[0].Value}: it takes a whole number from {least}.");
            return null;
        },
    };
}
