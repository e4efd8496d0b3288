using System.CommandLine;
using System.Globalization;
using Versioning.Tool.Output;

namespace Versioning.Tool.Commands;

internal sealed class AuditCommand : VersCommand
{
    private readonly Argument<string?> _name = new("name") { Description = "Only this artifact.", Arity = ArgumentArity.ZeroOrOne };

    internal AuditCommand()
        : base("audit", "Everything that was ever decided, oldest first.", "0 fine, 2 usage, 3 not found, 4 the journal is damaged") => Arguments.Add(_name);

    protected override async Task<int> RunAsync(ParseResult parsed, Reply reply, CancellationToken cancellationToken)
    {
        await using VersionStore store = await OpenAsync(parsed, cancellationToken).ConfigureAwait(false);
        var records = new List<AuditRecord>();
        long found = 0;
        string? name = parsed.GetValue(_name) is { } text ? NameOnly(text) : null;
        await foreach (AuditRecord record in store.AuditAsync(name, cancellationToken).ConfigureAwait(false))
        {
            found++;
            if (reply.IsJson)
            {
                records.Add(record);
            }

            reply.Row(VersionText.Record(record));
        }

        if (found == 0 && name is not null)
        {
            // A misspelt name is told, and not taken for an artifact of which nothing was decided.
            await store.ResolveAsync(name, cancellationToken).ConfigureAwait(false);
        }

        reply.Document(json =>
        {
            json.WriteStartArray("records");
            foreach (AuditRecord record in records)
            {
                json.WriteStartObject();
                json.WriteNumber("sequence", record.Sequence);
                json.WriteString("entry", record.Entry.ToString());
                json.WriteString("time", record.Time.ToString("O", CultureInfo.InvariantCulture));
                json.WriteString("author", record.Author);
                json.WriteString("tool", record.Tool);
                json.WriteString("action", record.Action);
                json.WriteString("artifact", record.Artifact);
                if (record.Number is { } number)
                {
                    json.WriteNumber("number", number);
                }

                json.WriteString("description", record.Description);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
        return 0;
    }
}
