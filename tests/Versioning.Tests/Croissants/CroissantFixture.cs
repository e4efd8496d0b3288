using System.Text.Json;
using System.Text.Json.Nodes;
using NUnit.Framework;
using Versioning.Tests.Store;

namespace Versioning.Tests.Croissants;

/// <summary>A store, and what its datasets are in Croissant; each description keeps to the specification.</summary>
internal abstract class CroissantFixture : StoreFixture
{
    private protected const string Name = "datasets/d";

    private protected VersionStore _store = null!;

    [SetUp]
    public async Task OpenStore() => _store = await VersionStore.CreateAsync(new PassingStore(_objects), _folder.Options);

    [TearDown]
    public async Task CloseStore() => await _store.DisposeAsync();

    private protected Task<CommitResult> CommitAsync(CommitOptions? options = null) =>
        _store.CommitAsync(Name, _folder.Of("data"), options ?? new CommitOptions { Message = "what it is", Metadata = { ["license"] = "CC0-1.0" }, RecordCode = false });

    /// <summary>The description as it was written.</summary>
    private protected async Task<JsonNode> DescribeAsync(CroissantOptions? options = null, string reference = Name)
    {
        using var written = new MemoryStream();
        await _store.WriteCroissantAsync(reference, written, options);
        using JsonDocument document = JsonDocument.Parse(written.ToArray());
        Assert.That(CroissantSpecification.Problems(document.RootElement), Is.Empty);
        return JsonNode.Parse(written.ToArray())!;
    }

    /// <summary>Fields of all tables: <c>table/name type source how</c>.</summary>
    private protected static string[] Fields(JsonNode description) =>
    [
        .. from table in description["recordSet"]?.AsArray() ?? []
           from field in table!["field"]!.AsArray()
           let source = field["source"]!
           let extract = source["extract"]!.AsObject().Single()
           select $"{field["@id"]} {field["dataType"]}{(field["isArray"] is null ? "" : $"[{field["arrayShape"]}]")} {(source["fileObject"] ?? source["fileSet"])!["@id"]} {extract.Key} {extract.Value}"
               + (source["transform"] is { } transform ? $" {transform["jsonPath"]}" : ""),
    ];
}
