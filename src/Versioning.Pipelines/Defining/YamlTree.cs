using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Versioning.Pipelines.Defining;

/// <summary>
/// The first document of a YAML file: mappings, and texts. Aliases are the very nodes that they name and nothing is hashed
/// but texts, so what is written in a few lines never becomes more.
/// </summary>
internal sealed class YamlTree
{
    private const int MaxDepth = 64;

    /// <summary>In place of a list: what is in it is no parameter.</summary>
    private static readonly object List = new();

    private readonly Dictionary<AnchorName, object> _anchors = [];
    private readonly Parser _parser;

    private YamlTree(Parser parser) => _parser = parser;

    /// <returns>A text, a dictionary by names of what is either, or something else; null: there is no document.</returns>
    /// <exception cref="YamlException">It is not sound.</exception>
    internal static object? Read(string text)
    {
        var parser = new Parser(new StringReader(text));
        parser.Consume<StreamStart>();
        return parser.TryConsume<DocumentStart>(out _) ? new YamlTree(parser).Node(0) : null;
    }

    private object Node(int depth)
    {
        ParsingEvent at = _parser.Consume<ParsingEvent>();
        switch (at)
        {
            case AnchorAlias alias:
                return _anchors.TryGetValue(alias.Value, out object? named) ? named : throw Wrong(at, $"nothing is called '{alias.Value}'");
            case Scalar scalar:
                return Named(scalar, scalar.Value);
            case NodeEvent when depth == MaxDepth:
                throw Wrong(at, $"lists and mappings lie more than {MaxDepth} deep in each other");
            case SequenceStart list:
                Named(list, List);
                while (!_parser.TryConsume<SequenceEnd>(out _))
                {
                    Node(depth + 1);
                }

                return List;
            case MappingStart mapping:
                return Members(mapping, depth);
            default:
                throw Wrong(at, "it ends too early");
        }
    }

    private Dictionary<string, object> Members(MappingStart mapping, int depth)
    {
        var members = new Dictionary<string, object>(StringComparer.Ordinal);
        Named(mapping, members);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            ParsingEvent at = _parser.Current!;
            object key = Node(depth + 1), value = Node(depth + 1);
            if (key is string name && !members.TryAdd(name, value))
            {
                throw Wrong(at, $"'{name}' stands there twice");
            }
        }

        return members;
    }

    private object Named(NodeEvent node, object value)
    {
        if (!node.Anchor.IsEmpty)
        {
            _anchors[node.Anchor] = value;
        }

        return value;
    }

    private static YamlException Wrong(ParsingEvent at, string what) => new(at.Start, at.End, what);
}
