using System.CommandLine;
using Versioning.Tool.Output;

namespace Versioning.Tool.Commands;

/// <summary>A command that answers with a table, in the format that is asked for.</summary>
internal abstract class TableCommand : VersCommand
{
    private readonly Option<string?> _format = new("--format") { Description = "How it is written; json as with --json. Default: table." };

    protected TableCommand(string name, string description, string exitCodes)
        : base(name, description, exitCodes)
    {
        _format.AcceptOnlyFromAmong("table", "csv", "json", "markdown");
        Options.Add(_format);
    }

    protected override bool IsJson(ParseResult parsed) => base.IsJson(parsed) || parsed.GetValue(_format) == "json";

    protected TableFormat Format(ParseResult parsed)
    {
        TableFormat? asked = parsed.GetValue(_format) switch
        {
            "table" => TableFormat.Table,
            "csv" => TableFormat.Csv,
            "markdown" => TableFormat.Markdown,
            "json" => TableFormat.Json,
            _ => null,
        };
        return base.IsJson(parsed) && asked is not (null or TableFormat.Json)
            ? throw new VersioningException("usage", $"--json and --format {parsed.GetValue(_format)} exclude each other.")
            : asked ?? TableFormat.Table;
    }
}
