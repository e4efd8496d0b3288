using System.Text.Json;

namespace Versioning.Croissants;

/// <summary>
/// The JSON-LD context of Croissant 1.1, appendix 1, but for one thing: schema.org's namespace begins with https there
/// too, as it does in the working group's own examples and in what its validator takes; decision 16 says why.
/// </summary>
internal static class CroissantContext
{
    internal const string ConformsTo = "http://mlcommons.org/croissant/1.1";

    private const string SchemaOrg = "https://schema.org/";

    private static readonly string[] Terms =
    [
        "annotation", "arrayShape", "citeAs", "column", "conformsTo", "containedIn", "data", "dataType", "equivalentProperty", "examples", "excludes", "extract", "field",
        "fileProperty", "fileObject", "fileSet", "format", "includes", "isArray", "isLiveDataset", "jsonPath", "key", "md5", "parentField", "recordSet", "references",
        "regex", "readLines", "sdVersion", "separator", "source", "subField", "transform", "unArchive", "value",
    ];

    internal static void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject("@context");
        json.WriteString("@language", "en");
        json.WriteString("@vocab", SchemaOrg);
        json.WriteString("sc", SchemaOrg);
        json.WriteString("cr", "http://mlcommons.org/croissant/");
        json.WriteString("rai", "http://mlcommons.org/croissant/RAI/");
        json.WriteString("dct", "http://purl.org/dc/terms/");
        foreach (string term in Terms)
        {
            string? type = term switch { "data" or "examples" => "@json", "dataType" => "@vocab", _ => null };
            string meaning = term == "conformsTo" ? "dct:conformsTo" : $"cr:{term}";
            if (type is null)
            {
                json.WriteString(term, meaning);
                continue;
            }

            json.WriteStartObject(term);
            json.WriteString("@id", meaning);
            json.WriteString("@type", type);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
