using System.Collections.Immutable;
using Versioning.Canonical;

namespace Versioning.Journal;

/// <content>
/// Trust: <c>[[key, name, since, revoked or nil] …]</c> in the order in which keys were trusted, <c>[demand …]</c> ascending, and
/// <c>[[artifact, [[number, [[key, sequence] …]] …]] …]</c> of the versions that are signed, keys by their place in the first.
/// </content>
internal static partial class Checkpoint
{
    private static bool HasSignatures(StoreState state) => state.Artifacts.Any(artifact => artifact.Value.Versions.Exists(version => !version.Signatures.IsEmpty));

    private static void Write(ref CanonicalWriter writer, TrustState trust)
    {
        writer.Array(trust.Keys.Count);
        foreach (KnownKey key in trust.Keys)
        {
            writer.Array(4);
            writer.Bytes(key.Key.Span);
            writer.Text(key.Name);
            writer.Integer(key.Since);
            if (key.Revoked is { } revoked)
            {
                writer.Integer(revoked);
            }
            else
            {
                writer.Nil();
            }
        }

        RecordParts.WriteTexts(ref writer, [.. trust.Demands]);
    }

    private static TrustState ReadTrust(ref CanonicalReader reader)
    {
        var keys = new KnownKey[reader.Array(96)];
        for (int i = 0; i < keys.Length; i++)
        {
            reader.Array(4, "a key");
            ReadOnlyMemory<byte> key = KeyOperation.ReadKey(ref reader);
            keys[i] = new KnownKey(Digest.Of(key.Span), key.ToArray(), reader.Text(), reader.Integer(1), reader.TryNil() ? null : reader.Integer(1));
            reader.Require(TrustState.IsName(keys[i].Name) && (i == 0 || keys[i - 1].Since <= keys[i].Since), "a key without a name, or out of order");
        }

        string[] demands = RecordParts.ReadTexts(ref reader);
        reader.Require(demands.All(TrustState.IsDemand) && demands.Zip(demands.Skip(1)).All(pair => string.CompareOrdinal(pair.First, pair.Second) < 0), "unsorted or repeated demands");
        return new TrustState([.. keys], TrustState.Empty.Demands.Union(demands));
    }

    private static void WriteSignatures(ref CanonicalWriter writer, StoreState state)
    {
        var some = state.Artifacts.Select(artifact => (artifact.Key, Versions: artifact.Value.Versions.FindAll(version => !version.Signatures.IsEmpty))).Where(artifact => !artifact.Versions.IsEmpty).ToArray();
        writer.Array(some.Length);
        foreach ((string name, ImmutableList<PublishedVersion> versions) in some)
        {
            writer.Array(2);
            writer.Text(name);
            writer.Array(versions.Count);
            foreach (PublishedVersion version in versions)
            {
                writer.Array(2);
                writer.Integer(version.Number);
                writer.Array(version.Signatures.Length);
                foreach (SignatureMark mark in version.Signatures)
                {
                    writer.Array(2);
                    writer.Integer(state.Trust.Keys.FindIndex(key => key.Id == mark.Key));
                    writer.Integer(mark.Sequence);
                }
            }
        }
    }

    /// <returns>Whether there are some.</returns>
    private static bool ReadSignatures(ref CanonicalReader reader, TrustState trust, ImmutableSortedDictionary<string, ArtifactState>.Builder artifacts)
    {
        int count = reader.Array(4);
        string last = "";
        for (int i = 0; i < count; i++)
        {
            reader.Array(2, "signatures of an artifact");
            string name = reader.Text();
            reader.Require((i == 0 || string.CompareOrdinal(last, name) < 0) && artifacts.ContainsKey(name), "signatures of an unknown artifact, or unsorted");
            last = name;
            artifacts[name] = artifacts[name] with { Versions = ReadSignatures(ref reader, trust, artifacts[name].Versions) };
        }

        return count > 0;
    }

    private static ImmutableList<PublishedVersion> ReadSignatures(ref CanonicalReader reader, TrustState trust, ImmutableList<PublishedVersion> versions)
    {
        ImmutableList<PublishedVersion>.Builder signed = versions.ToBuilder();
        int count = reader.Array(3);
        reader.Require(count > 0, "an artifact without signatures among those that have some");
        long last = 0;
        for (int i = 0; i < count; i++)
        {
            reader.Array(2, "signatures of a version");
            last = reader.Integer(last + 1, versions.Count);
            var marks = new SignatureMark[reader.Array(3)];
            reader.Require(marks.Length > 0, "a version without signatures among those that have some");
            for (int m = 0; m < marks.Length; m++)
            {
                reader.Array(2, "a signature");
                marks[m] = new SignatureMark(trust.Keys[(int)reader.Integer(0, trust.Keys.Count - 1)].Id, reader.Integer(1));
            }

            signed[(int)last - 1] = signed[(int)last - 1] with { Signatures = [.. marks] };
        }

        return signed.ToImmutable();
    }
}
