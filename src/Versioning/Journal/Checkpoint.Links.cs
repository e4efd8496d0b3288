using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Versioning.Canonical;

namespace Versioning.Journal;

/// <content>
/// What versions were made from: nil where that is not known, else <c>[[artifact, [[number, inputs, outputs] …]] …]</c> of
/// those that have some, both as <c>[artifact, number, …]</c>; artifacts by their index in the checkpoint.
/// </content>
internal static partial class Checkpoint
{
    private static bool HasLinks(StoreState state) => state.IsLinked && state.Artifacts.Any(artifact => artifact.Value.Versions.Exists(version => version.HasLinks));

    private static void WriteLinks(ref CanonicalWriter writer, StoreState state)
    {
        if (!state.IsLinked)
        {
            writer.Nil();
            return;
        }

        Dictionary<string, int> indexes = state.Artifacts.Keys.Select((name, index) => (name, index)).ToDictionary(a => a.name, a => a.index, StringComparer.Ordinal);
        var some = state.Artifacts.Select(artifact => (artifact.Key, Versions: artifact.Value.Versions.FindAll(version => version.HasLinks))).Where(artifact => !artifact.Versions.IsEmpty).ToArray();
        writer.Array(some.Length);
        foreach ((string name, ImmutableList<PublishedVersion> versions) in some)
        {
            writer.Array(2);
            writer.Integer(indexes[name]);
            writer.Array(versions.Count);
            foreach (PublishedVersion version in versions)
            {
                writer.Array(3);
                writer.Integer(version.Number);
                WriteKeys(ref writer, version.Inputs, indexes);
                WriteKeys(ref writer, version.Outputs, indexes);
            }
        }
    }

    private static void WriteKeys(ref CanonicalWriter writer, ImmutableArray<VersionKey> keys, Dictionary<string, int> indexes)
    {
        writer.Array(2 * keys.Length);
        foreach (VersionKey key in keys)
        {
            writer.Integer(indexes[key.Artifact]);
            writer.Integer(key.Number);
        }
    }

    /// <returns>Whether there are some; null where that is not known.</returns>
    private static bool? ReadLinks(ref CanonicalReader reader, ReadArtifact[] artifacts)
    {
        if (reader.TryNil())
        {
            return null;
        }

        int count = reader.Array(7);
        long last = -1;
        for (int i = 0; i < count; i++)
        {
            reader.Array(2, "links of an artifact");
            last = reader.Integer(last + 1, artifacts.Length - 1);
            ReadLinks(ref reader, artifacts, artifacts[last].Versions);
        }

        return count > 0;
    }

    private static void ReadLinks(ref CanonicalReader reader, ReadArtifact[] artifacts, PublishedVersion[] versions)
    {
        int count = reader.Array(4);
        reader.Require(count > 0, "an artifact without links among those that have some");
        long last = 0;
        for (int i = 0; i < count; i++)
        {
            reader.Array(3, "links of a version");
            last = reader.Integer(last + 1, versions.Length);
            PublishedVersion version = versions[last - 1];
            ImmutableArray<VersionKey> inputs = ReadKeys(ref reader, artifacts, version), outputs = ReadKeys(ref reader, artifacts, version);
            reader.Require(!inputs.IsEmpty || !outputs.IsEmpty, "a version without links among those that have some");
            versions[last - 1] = version with { Inputs = inputs, Outputs = outputs };
        }
    }

    private static ImmutableArray<VersionKey> ReadKeys(ref CanonicalReader reader, ReadArtifact[] artifacts, PublishedVersion of)
    {
        int count = reader.Array();
        reader.Require(count % 2 == 0, "half a link");
        var keys = new VersionKey[count / 2];
        for (int i = 0; i < keys.Length; i++)
        {
            ReadArtifact artifact = artifacts[reader.Integer(0, artifacts.Length - 1)];
            keys[i] = new VersionKey(artifact.Name, reader.Integer(1, artifact.Versions.Length));
            reader.Require(artifact.Versions[keys[i].Number - 1].Sequence <= of.Sequence, "a link to a later version");
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(keys);
    }
}
