using System.Text.Json;

namespace Versioning.Tests.Croissants;

/// <summary>
/// The rules of the Croissant Format Specification 1.1 (docs.mlcommons.org/croissant), written from its text and knowing
/// nothing of the code that they check: what is required, of which type and how often; identifiers and what refers to them.
/// </summary>
internal sealed partial class CroissantSpecification
{
    /// <summary>Appendix 1, word by word, but for the comma behind its last member.</summary>
    private const string Context = """
        {
          "@language": "en", "@vocab": "http://schema.org/", "sc": "http://schema.org/", "cr": "http://mlcommons.org/croissant/",
          "rai": "http://mlcommons.org/croissant/RAI/", "dct": "http://purl.org/dc/terms/", "annotation": "cr:annotation",
          "arrayShape": "cr:arrayShape", "citeAs": "cr:citeAs", "column": "cr:column", "conformsTo": "dct:conformsTo",
          "containedIn": "cr:containedIn", "data": { "@id": "cr:data", "@type": "@json" }, "dataType": { "@id": "cr:dataType", "@type": "@vocab" },
          "equivalentProperty": "cr:equivalentProperty", "examples": { "@id": "cr:examples", "@type": "@json" }, "excludes": "cr:excludes",
          "extract": "cr:extract", "field": "cr:field", "fileProperty": "cr:fileProperty", "fileObject": "cr:fileObject", "fileSet": "cr:fileSet",
          "format": "cr:format", "includes": "cr:includes", "isArray": "cr:isArray", "isLiveDataset": "cr:isLiveDataset", "jsonPath": "cr:jsonPath",
          "key": "cr:key", "md5": "cr:md5", "parentField": "cr:parentField", "recordSet": "cr:recordSet", "references": "cr:references",
          "regex": "cr:regex", "readLines": "cr:readLines", "sdVersion": "cr:sdVersion", "separator": "cr:separator", "source": "cr:source",
          "subField": "cr:subField", "transform": "cr:transform", "unArchive": "cr:unArchive", "value": "cr:value"
        }
        """;

    private const string Text = "text", Address = "address", Boolean = "boolean";

    // Properties by type: what they take, whether one only, whether they have to be there.
    private static readonly Dictionary<string, Dictionary<string, (string Kind, bool IsOne, bool IsRequired)>> Types = new()
    {
        ["sc:Dataset"] = new()
        {
            ["@context"] = ("context", true, true), ["conformsTo"] = (Address, false, true), ["description"] = (Text, true, true), ["license"] = ("sc:CreativeWork", false, true),
            ["name"] = (Text, true, true), ["url"] = (Address, true, true), ["creator"] = ("sc:Person sc:Organization", false, true), ["datePublished"] = ("date", true, true),
            ["distribution"] = ("cr:FileObject cr:FileSet", false, true), ["keywords"] = (Text, false, false), ["version"] = ("version", true, false),
            ["inLanguage"] = (Text, false, false), ["citeAs"] = (Text, true, false), ["identifier"] = (Text, false, false), ["recordSet"] = ("cr:RecordSet", false, false),
        },
        ["cr:FileObject"] = new()
        {
            ["@id"] = ("id", true, true), ["name"] = (Text, true, true), ["contentUrl"] = (Address, true, true), ["contentSize"] = ("size", true, false),
            ["encodingFormat"] = ("media", false, true), ["sha256"] = ("sha256", true, true), ["description"] = (Text, true, false),
        },
        ["cr:FileSet"] = new()
        {
            ["@id"] = ("id", true, true), ["name"] = (Text, true, false), ["description"] = (Text, true, false), ["encodingFormat"] = ("media", false, true),
            ["containedIn"] = ("reference cr:FileObject cr:FileSet", false, false), ["includes"] = (Text, false, true), ["excludes"] = (Text, false, false),
        },
        ["cr:RecordSet"] = new()
        {
            ["@id"] = ("id", true, true), ["name"] = (Text, true, false), ["description"] = (Text, true, false), ["field"] = ("cr:Field", false, true), ["key"] = ("reference cr:Field", false, false),
        },
        ["cr:Field"] = new()
        {
            ["@id"] = ("id", true, true), ["name"] = (Text, true, true), ["description"] = (Text, true, false), ["dataType"] = ("type", false, true),
            ["isArray"] = (Boolean, true, false), ["arrayShape"] = ("shape", true, false), ["source"] = ("source", true, true), ["references"] = ("reference cr:Field", false, false),
        },
        ["sc:CreativeWork"] = new() { ["name"] = (Text, true, true), ["url"] = (Address, true, false) },
        ["sc:Person"] = new() { ["name"] = (Text, true, true), ["url"] = (Address, true, false) },
        ["sc:Organization"] = new() { ["name"] = (Text, true, true), ["url"] = (Address, true, false) },
    };

    private static readonly string[] FileProperties = ["fullpath", "filename", "content", "lines", "lineNumbers"];

    private readonly List<string> _problems = [];
    private readonly Dictionary<string, string> _ids = new(StringComparer.Ordinal);
    private readonly List<(string Where, string Id, string[] Types)> _references = [];

    private CroissantSpecification() { }

    /// <summary>What a description does not keep to; none where it is sound.</summary>
    internal static IReadOnlyList<string> Problems(JsonElement description)
    {
        var specification = new CroissantSpecification();
        specification.CheckNode(description, ["sc:Dataset"], "dataset");
        specification.CheckReferences();
        return specification._problems;
    }

    private void CheckNode(JsonElement node, string[] types, string where)
    {
        if (node.ValueKind != JsonValueKind.Object || !node.TryGetProperty("@type", out JsonElement named) || named.ValueKind != JsonValueKind.String || !types.Contains(named.GetString()))
        {
            _problems.Add($"{where} is none of {string.Join(", ", types)}");
            return;
        }

        string type = named.GetString()!;
        where = node.TryGetProperty("@id", out JsonElement id) ? $"{type} {id}" : where;
        Dictionary<string, (string Kind, bool IsOne, bool IsRequired)> properties = Types[type];
        foreach ((string name, (_, _, bool isRequired)) in properties)
        {
            if (isRequired && (!node.TryGetProperty(name, out JsonElement value) || (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0)))
            {
                _problems.Add($"{where} has no {name}");
            }
        }

        foreach (JsonProperty property in node.EnumerateObject().Where(property => property.Name != "@type"))
        {
            if (!properties.TryGetValue(property.Name, out (string Kind, bool IsOne, bool IsRequired) rule))
            {
                _problems.Add($"{where} has {property.Name}, which {type} does not know");
                continue;
            }

            bool isList = property.Value.ValueKind == JsonValueKind.Array;
            if (isList && rule.IsOne)
            {
                _problems.Add($"{where} has several {property.Name}");
            }

            foreach (JsonElement value in isList ? [.. property.Value.EnumerateArray()] : (JsonElement[])[property.Value])
            {
                CheckValue(value, rule.Kind, type, $"{where} {property.Name}");
            }
        }

        if (node.EnumerateObject().Select(property => property.Name).Distinct(StringComparer.Ordinal).Count() != node.EnumerateObject().Count())
        {
            _problems.Add($"{where} says something twice");
        }

        // "If specified, then isArray must be true."
        if (node.TryGetProperty("arrayShape", out _) && !(node.TryGetProperty("isArray", out JsonElement array) && array.ValueKind == JsonValueKind.True))
        {
            _problems.Add($"{where} has a shape and is no array");
        }
    }

    private void CheckValue(JsonElement value, string kind, string type, string where)
    {
        if (kind.StartsWith("reference ", StringComparison.Ordinal))
        {
            Refer(value, kind.Split(' ')[1..], where);
        }
        else if (kind == "sc:CreativeWork" && value.ValueKind == JsonValueKind.String)
        {
            CheckValue(value, Address, type, where);
        }
        else if (kind.Contains(':', StringComparison.Ordinal))
        {
            CheckNode(value, kind.Split(' '), where);
        }
        else if (kind is "context" or "source")
        {
            (kind == "context" ? (Action<JsonElement, string>)CheckContext : CheckSource)(value, where);
        }
        else if (kind == Boolean ? value.ValueKind is not (JsonValueKind.True or JsonValueKind.False) : value.ValueKind != JsonValueKind.String || !IsText(value.GetString()!, kind))
        {
            _problems.Add($"{where} is no {kind}: {value}");
        }
        else if (kind == "id" && !_ids.TryAdd(value.GetString()!, type))
        {
            _problems.Add($"{where} is there twice");
        }
        else if (where == "dataset conformsTo" && value.GetString() != "http://mlcommons.org/croissant/1.1")
        {
            _problems.Add($"{where} is another version");
        }
    }

    private void CheckContext(JsonElement context, string where)
    {
        // Where the working group's own examples and validator differ from the appendix.
        using JsonDocument official = JsonDocument.Parse(Context.Replace("http://schema.org/", "https://schema.org/", StringComparison.Ordinal));
        if (!JsonElement.DeepEquals(context, official.RootElement))
        {
            _problems.Add($"{where} is not that of appendix 1");
        }
    }

    /// <summary>A DataSource: one thing that it is from, one way to take it out.</summary>
    private void CheckSource(JsonElement source, string where)
    {
        Dictionary<string, JsonElement> members = source.EnumerateObject().ToDictionary(member => member.Name, member => member.Value, StringComparer.Ordinal);
        string[] from = [.. members.Keys.Intersect(["fileObject", "fileSet", "recordSet"])];
        if (from.Length != 1 || members.Keys.Except(["fileObject", "fileSet", "recordSet", "extract", "transform", "format"]).Any())
        {
            _problems.Add($"{where} is no data source");
            return;
        }

        Refer(members[from[0]], [$"cr:{char.ToUpperInvariant(from[0][0])}{from[0][1..]}"], where);
        foreach ((string name, string[] known) in ((string, string[])[])[("extract", ["column", "jsonPath", "fileProperty"]), ("transform", ["jsonPath", "regex", "separator", "readLines", "unArchive", "format"])])
        {
            if (members.TryGetValue(name, out JsonElement how) && (how.EnumerateObject().Count() != 1 || how.EnumerateObject().Any(member => !known.Contains(member.Name) || member.Value.GetString() is not { Length: > 0 } value
                || (member.Name == "fileProperty" && !FileProperties.Contains(value)) || (name == "extract" && member.Name == "jsonPath" && !value.StartsWith('$')))))
            {
                _problems.Add($"{where} has a wrong {name}");
            }
        }

        if (!members.ContainsKey("extract"))
        {
            _problems.Add($"{where} says nothing of what is extracted");
        }
    }

    private void Refer(JsonElement reference, string[] types, string where)
    {
        if (reference.ValueKind == JsonValueKind.Object && reference.EnumerateObject().Count() == 1 && reference.TryGetProperty("@id", out JsonElement id))
        {
            _references.Add((where, id.GetString()!, types));
        }
        else
        {
            _problems.Add($"{where} is no reference");
        }
    }

    private void CheckReferences()
    {
        foreach ((string where, string id, string[] types) in _references)
        {
            if (!_ids.TryGetValue(id, out string? type) || !types.Contains(type))
            {
                _problems.Add($"{where} refers to {id}, which is no {string.Join(" or ", types)}");
            }
        }
    }
}
