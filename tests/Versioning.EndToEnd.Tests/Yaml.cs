using YamlDotNet.RepresentationModel;

namespace Versioning.EndToEnd.Tests;

/// <summary>Workflows and parts of them, as documents of YAML.</summary>
internal static class Yaml
{
    internal static YamlNode Parse(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return stream.Documents.Single().RootNode;
    }

    internal static bool HasKey(YamlNode step, string key) => ((YamlMappingNode)step).Children.ContainsKey(key);

    internal static string Text(YamlNode node) => ((YamlScalarNode)node).Value!;
}
