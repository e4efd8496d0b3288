using System.CommandLine;
using Versioning.Tool.Output;

namespace Versioning.Tool.Commands;

internal sealed class DoctorCommand : VersCommand
{
    private readonly Option<bool> _strict = new("--strict") { Description = "Warnings count as failures." };

    internal DoctorCommand()
        : base("doctor", "Try whether a place can hold a store: rights, create-if-absent, lists, ranges, clock, throughput.", "0 fine, perhaps with warnings; 1 something failed, or with --strict was warned of; 2 usage, 3 no store is named, 6 the place can't be reached") =>
        Options.Add(_strict);

    protected override async Task<int> RunAsync(ParseResult parsed, Reply reply, CancellationToken cancellationToken)
    {
        string location = AzureSignIn.Ready(StoreLocator.Find(parsed.GetValue(SharedOptions.Store)));
        var findings = new List<Finding>();
        await foreach (Finding finding in VersionStore.DiagnoseAsync(location, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            findings.Add(finding);
            reply.Row(VersionText.Finding(finding));
            if (finding.Remedy is { } remedy)
            {
                reply.Line($"  {remedy}");
            }
        }

        FindingStatus worst = findings.Max(finding => finding.Status);
        reply.Document(json =>
        {
            json.WriteString("store", location);
            json.WriteString("status", VersionJson.Status(worst));
            json.WriteStartArray("findings");
            foreach (Finding finding in findings)
            {
                json.WriteStartObject();
                json.WriteString("check", finding.Check);
                json.WriteString("status", VersionJson.Status(finding.Status));
                json.WriteString("found", finding.Found);
                json.WriteString("remedy", finding.Remedy);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
        return findings is [{ Check: "reach", Status: FindingStatus.Failed }] ? Failure.Unavailable
            : worst == FindingStatus.Failed || (worst == FindingStatus.Warning && parsed.GetValue(_strict)) ? Failure.Error
            : 0;
    }
}
