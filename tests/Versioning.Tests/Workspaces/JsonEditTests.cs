using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using NUnit.Framework;
using Versioning.Workspaces;

namespace Versioning.Tests.Workspaces;

[TestFixture]
internal sealed class JsonEditTests
{
    private const string Written = """
        {
          // Where all of it lies.
          "store": "s3://ml/v1",
          "pins": {
            "a": "1", // the old one
            "c": { "version": "2",
                   "path": "x" } /* good */
          }
        }
        """;

    [TestCase("b", "\"a\": \"1\", // the old one\n    \"b\": \"9\",\n    \"c\": {")]
    [TestCase("d", "\"path\": \"x\" }, /* good */\n    \"d\": \"9\"\n  }")]
    [TestCase("A", "\"pins\": {\n    \"A\": \"9\",\n    \"a\": \"1\", // the old one")]
    [TestCase("a", "\"a\": \"9\", // the old one")]
    [TestCase("c", "\"c\": \"9\" /* good */\n  }")]
    public void Set_ChangesOneMember(string name, string expected)
    {
        string now = Text(JsonEdit.Set(Bytes(Written), "pins", name, "\"9\""));
        Assert.That(now, Does.Contain(expected));
        Assert.That(now, Does.Contain("// Where all of it lies."));
    }

    [TestCase("a", "\"pins\": {\n    \"c\": {")]
    [TestCase("c", "\"a\": \"1\" // the old one\n  }")]
    [TestCase("x", "\"a\": \"1\", // the old one\n    \"c\"")]
    public void Remove_TakesOneMember(string name, string expected) =>
        Assert.That(Text(JsonEdit.Remove(Bytes(Written), "pins", name)), Does.Contain(expected));

    [TestCase("{}", "{\n  \"pins\": {\n    \"a\": 1\n  }\n}")]
    [TestCase("{ \"store\": \"x\" }", "{ \"store\": \"x\", \"pins\": {\n    \"a\": 1\n  } }")]
    [TestCase("{\n  \"store\": \"x\",\n}\n", "{\n  \"store\": \"x\",\n  \"pins\": {\n    \"a\": 1\n  },\n}\n")]
    [TestCase("{\n\t\"pins\": {}\n}", "{\n\t\"pins\": {\n    \"a\": 1\n  }\n}")]
    public void Set_MakesWhatIsMissing(string before, string after) =>
        Assert.That(Text(JsonEdit.Set(Bytes(before), "pins", "a", "1")), Is.EqualTo(after));

    /// <summary>Any sequence of changes to any layout means what the same changes to the parsed document mean.</summary>
    [Test]
    public void AnyChanges_ToAnyLayout_MeanWhatTheySay()
    {
        Gen<string> space = OneOf("", " ", "\n  ", "\r\n\t", " // remark\n", " /* remark */ ", "\n /* two\nlines */\n");
        Gen<(string Name, string Value)> member = Gen.Select(OneOf("a", "b", "c", "ü\\n", "x/y"), OneOf("1", "\"}\"", "[ 1, 2 ]", "{ \"//\": \"/*\" }", "null"));
        Gen<string> blank = OneOf("", " ", "\n", "\t");
        Gen.Select(member.List[0, 4], Gen.Select(space.Array[6], blank).Select((all, name) => (string[])[name, .. all[1..]]), Gen.Bool, Gen.Select(Gen.Bool, member).List[1, 6]).Sample((members, spaces, trailing, changes) =>
        {
            (string Name, string Value)[] there = [.. members.DistinctBy(m => m.Name)];

            // Before a colon the reader takes no remark.
            string colon = spaces[0].Contains('/', StringComparison.Ordinal) ? ":" : $"{spaces[0]}:";
            string body = string.Join($"{spaces[2]},{spaces[3]}", there.Select(m => $"\"{m.Name}\"{colon}{spaces[1]}{m.Value}"));
            string comma = trailing && there.Length > 0 ? "," : "";
            byte[] text = Bytes($"{{{spaces[4]}\"store\": \"s\",{spaces[5]}\"pins\": {{{spaces[3]}{body}{spaces[1]}{comma}{spaces[0]}}}{spaces[2]}}}");
            Dictionary<string, JsonNode?> expected = Pins(text);
            foreach ((bool sets, (string name, string value)) in changes)
            {
                string plain = JsonNode.Parse($"\"{name}\"")!.GetValue<string>();
                if (sets)
                {
                    text = JsonEdit.Set(text, "pins", plain, value);
                    expected[plain] = JsonNode.Parse(value);
                }
                else
                {
                    text = JsonEdit.Remove(text, "pins", plain);
                    expected.Remove(plain);
                }
            }

            Dictionary<string, JsonNode?> now = Pins(text);
            Assert.That(now.Keys, Is.EquivalentTo(expected.Keys), Text(text));
            Assert.That(now.All(m => JsonNode.DeepEquals(m.Value, expected[m.Key])), Is.True, Text(text));
        });
    }

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    private static Dictionary<string, JsonNode?> Pins(byte[] text)
    {
        JsonNode root = JsonNode.Parse(text, documentOptions: new() { AllowTrailingCommas = true, CommentHandling = System.Text.Json.JsonCommentHandling.Skip })!;
        Assert.That(root["store"]!.GetValue<string>(), Is.EqualTo("s"));
        return root["pins"]!.AsObject().ToDictionary(m => m.Key, m => m.Value?.DeepClone());
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\n"));

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);
}
