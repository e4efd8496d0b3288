using System.CommandLine;
using Versioning.Tool.Output;

namespace Versioning.Tool.Commands;

internal sealed class CroissantCommand : VersCommand
{
    private const int DefaultInspected = 100;

    private readonly Argument<string> _reference = new("reference") { Description = "The version of a dataset." };
    private readonly Option<string?> _output = new("--output", "-o") { Description = "The file that is written. Default: stdout.", HelpName = "file" };
    private readonly Option<string?> _license = new("--license") { Description = "The licence: an SPDX identifier, an address or a name. Default: the metadata license, else the card's." };
    private readonly Option<string?> _url = new("--url") { Description = "The folder's address that the files can be had below. Default: they lie beside the description." };
    private readonly Option<string?> _name = new("--name") { Description = "The name of the dataset." };
    private readonly Option<string?> _description = new("--description") { Description = "What it is. Default: the card's first paragraph, else the message." };
    private readonly Option<string?> _creator = new("--creator") { Description = "The person who made it. Default: the author." };
    private readonly Option<string?> _organization = new("--organization") { Description = "The organisation that made it." };
    private readonly Option<string?> _cite = new("--cite-as") { Description = "How to cite it, best as BibTeX." };
    private readonly Option<bool> _noRecords = new("--no-record-sets") { Description = "Files only, no columns of tables." };
    private readonly Option<long?> _inspect = Numbers.Option("--max-inspected", [], "How many files are looked into for their columns, 100 unless said.", least: 0);

    internal CroissantCommand()
        : base("croissant", "Describe a version of a dataset in Croissant 1.1, JSON-LD of MLCommons.", "0 fine, 2 usage, or something that Croissant requires is not known, 3 not found, 4 damaged, 6 store unavailable")
    {
        Arguments.Add(_reference);
        foreach (Option option in (Option[])[_output, _license, _url, _name, _description, _creator, _organization, _cite, _noRecords, _inspect])
        {
            Options.Add(option);
        }
    }

    protected override async Task<int> RunAsync(ParseResult parsed, Reply reply, CancellationToken cancellationToken)
    {
        var options = new CroissantOptions
        {
            License = parsed.GetValue(_license),
            Url = parsed.GetValue(_url),
            Name = parsed.GetValue(_name),
            Description = parsed.GetValue(_description),
            Creator = parsed.GetValue(_creator),
            Organization = parsed.GetValue(_organization),
            CiteAs = parsed.GetValue(_cite),
            RecordSets = !parsed.GetValue(_noRecords),
            MaxInspectedFiles = (int)Math.Min(parsed.GetValue(_inspect) ?? DefaultInspected, int.MaxValue),
        };
        await using VersionStore store = await OpenAsync(parsed, cancellationToken).ConfigureAwait(false);
        ArtifactVersion version = await store.ResolveAsync(parsed.GetRequiredValue(_reference), cancellationToken).ConfigureAwait(false);
        if (parsed.GetValue(_output) is not { } path)
        {
            // The description is the one document, with --json too.
            await using Stream output = Console.OpenStandardOutput();
            await store.WriteCroissantAsync(version, output, options, cancellationToken).ConfigureAwait(false);
            await output.WriteAsync("\n"u8.ToArray(), cancellationToken).ConfigureAwait(false);
            return 0;
        }

        await WriteAsync(store, version, Path.GetFullPath(path), options, cancellationToken).ConfigureAwait(false);
        reply.Document(json =>
        {
            json.WriteString("pin", version.Pin.ToString());
            json.WriteString("path", Path.GetFullPath(path));
        });
        reply.Line($"{path} · {version.Pin} · {Human.Count(version.FileCount, "file")}");
        return 0;
    }

    /// <summary>The file gets its name when it is whole.</summary>
    private static async Task WriteAsync(VersionStore store, ArtifactVersion version, string path, CroissantOptions options, CancellationToken cancellationToken)
    {
        string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            await using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                await store.WriteCroissantAsync(version, file, options, cancellationToken).ConfigureAwait(false);
                file.Write("\n"u8);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
