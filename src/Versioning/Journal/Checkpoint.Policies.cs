using System.Collections.Immutable;
using Versioning.Canonical;

namespace Versioning.Journal;

/// <content>Policies: <c>[[artifact, [[alias, [condition …]] …]] …]</c> of the artifacts that have some.</content>
internal static partial class Checkpoint
{
    private static void WritePolicies(ref CanonicalWriter writer, StoreState state)
    {
        KeyValuePair<string, ArtifactState>[] some = [.. state.Artifacts.Where(artifact => !artifact.Value.Policies.IsEmpty)];
        writer.Array(some.Length);
        foreach ((string name, ArtifactState artifact) in some)
        {
            writer.Array(2);
            writer.Text(name);
            writer.Array(artifact.Policies.Count);
            foreach ((string alias, ImmutableArray<string> conditions) in artifact.Policies)
            {
                writer.Array(2);
                writer.Text(alias);
                RecordParts.WriteTexts(ref writer, conditions);
            }
        }
    }

    /// <returns>Whether there are some.</returns>
    private static bool ReadPolicies(ref CanonicalReader reader, ImmutableSortedDictionary<string, ArtifactState>.Builder artifacts)
    {
        int count = reader.Array(4);
        string last = "";
        for (int i = 0; i < count; i++)
        {
            reader.Array(2, "policies of an artifact");
            string name = reader.Text();
            reader.Require((i == 0 || string.CompareOrdinal(last, name) < 0) && artifacts.ContainsKey(name), "policies of an unknown artifact, or unsorted");
            last = name;
            artifacts[name] = artifacts[name] with { Policies = ReadPolicies(ref reader) };
        }

        return count > 0;
    }

    private static ImmutableSortedDictionary<string, ImmutableArray<string>> ReadPolicies(ref CanonicalReader reader)
    {
        var policies = ArtifactState.Empty.Policies.ToBuilder();
        string last = "";
        int count = reader.Array(4);
        reader.Require(count > 0, "an artifact without policies among those that have some");
        for (int i = 0; i < count; i++)
        {
            reader.Array(2, "a policy");
            string alias = reader.Text();
            string[] conditions = RecordParts.ReadTexts(ref reader);
            reader.Require((i == 0 || string.CompareOrdinal(last, alias) < 0) && conditions.Length > 0, "unsorted or empty policies");
            policies.Add(alias, [.. conditions]);
            last = alias;
        }

        return policies.ToImmutable();
    }
}
