using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Versioning.Croissants;

/// <summary>Writes the description: what of it is not written yet stays small, however many files there are.</summary>
internal sealed class CroissantDescription(Stream destination, CroissantFacts facts, TableSurvey tables) : IAsyncDisposable
{
    private const int MaxPending = 64 * 1024;

    // What is embedded in a page must not end its script.
    private readonly Utf8JsonWriter _json = new(destination, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) });

    internal async Task WriteAsync(IAsyncEnumerable<FileEntry> files, CancellationToken cancellationToken)
    {
        _json.WriteStartObject();
        CroissantContext.Write(_json);
        WriteFacts();
        _json.WriteStartArray("distribution");
        await foreach (FileEntry file in files.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            // What a link points to is described where it lies.
            if (file.Kind != FileKind.Link)
            {
                tables.Add(file);
                WriteFile(file);
                await FlushAsync(MaxPending, cancellationToken).ConfigureAwait(false);
            }
        }

        IReadOnlyList<Table> found = await tables.FindAsync(cancellationToken).ConfigureAwait(false);
        foreach (Table table in found.Where(table => table.IsFileSet))
        {
            RecordSets.WriteFileSet(_json, table);
        }

        _json.WriteEndArray();
        if (found.Count > 0)
        {
            _json.WriteStartArray("recordSet");
            foreach (Table table in found)
            {
                RecordSets.Write(_json, table);
                await FlushAsync(MaxPending, cancellationToken).ConfigureAwait(false);
            }

            _json.WriteEndArray();
        }

        _json.WriteEndObject();
        await FlushAsync(0, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        // Where it failed, what is left is no use to anybody.
        _json.Reset();
        await _json.DisposeAsync().ConfigureAwait(false);
    }

    private void WriteFacts()
    {
        _json.WriteString("@type", "sc:Dataset");
        _json.WriteString("conformsTo", CroissantContext.ConformsTo);
        _json.WriteString("name", facts.Name);
        _json.WriteString("description", facts.Description);
        _json.WriteStartArray("license");
        foreach (string license in facts.Licenses)
        {
            if (Licenses.AddressOf(license) is { } address)
            {
                _json.WriteStringValue(address);
            }
            else
            {
                WriteNamed("sc:CreativeWork", license);
            }
        }

        _json.WriteEndArray();
        _json.WriteString("url", facts.Url);
        _json.WriteStartArray("creator");
        foreach ((string type, string? name) in (ReadOnlySpan<(string, string?)>)[("sc:Person", facts.Creator), ("sc:Organization", facts.Organization)])
        {
            if (name is not null)
            {
                WriteNamed(type, name);
            }
        }

        _json.WriteEndArray();
        _json.WriteString("datePublished", facts.Published);
        _json.WriteString("version", facts.Version);
        _json.WriteString("identifier", facts.Pin);
        WriteTexts("keywords", facts.Keywords);
        WriteTexts("inLanguage", facts.Languages);
        WriteTexts("citeAs", facts.CiteAs is { } cite ? [cite] : []);
    }

    private void WriteFile(FileEntry file)
    {
        _json.WriteStartObject();
        _json.WriteString("@type", "cr:FileObject");
        _json.WriteString("@id", CroissantNames.FileId(file.Path));
        _json.WriteString("name", file.Path);
        _json.WriteString("contentUrl", (facts.Url == "./" ? "" : facts.Url) + CroissantNames.Address(file.Path));
        _json.WriteString("contentSize", string.Create(CultureInfo.InvariantCulture, $"{file.Size} B"));
        _json.WriteString("encodingFormat", MediaTypes.Of(file.Path));
        _json.WriteString("sha256", file.Sha256.ToHex());
        _json.WriteEndObject();
    }

    private void WriteNamed(string type, string name)
    {
        _json.WriteStartObject();
        _json.WriteString("@type", type);
        _json.WriteString("name", name);
        _json.WriteEndObject();
    }

    private void WriteTexts(string name, IReadOnlyList<string> texts)
    {
        if (texts is [string one])
        {
            _json.WriteString(name, one);
        }
        else if (texts.Count > 0)
        {
            _json.WriteStartArray(name);
            foreach (string text in texts)
            {
                _json.WriteStringValue(text);
            }

            _json.WriteEndArray();
        }
    }

    private async ValueTask FlushAsync(int pending, CancellationToken cancellationToken)
    {
        if (_json.BytesPending > pending)
        {
            await _json.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
