using System.Security.Cryptography;
using System.Text;
using Versioning.Canonical;
using Versioning.Compression;
using Versioning.Journal;
using Versioning.Packs;
using Versioning.Storage;
using Versioning.Trees;

namespace Versioning.Benchmarks.Workloads;

/// <summary>
/// A store with many versions, written as the journal and the packs of their manifests alone: data that goes on from
/// version to version, runs that read it and the last model, and models that they made.
/// </summary>
internal sealed class LineageStore(ObjectStore objects, int versions)
{
    public const int Series = 50;

    private const int Files = 160;

    private readonly Dictionary<Digest, ChunkRef> _nodes = [];
    private readonly List<ArtifactPin> _data = [], _models = [];
    private PackBuilder _pack = new(PackFormat.TargetLength);

    /// <summary>What all of it folds to.</summary>
    public StoreState State { get; private set; } = StoreState.Empty;

    public static string Data(int series) => FormattableString.Invariant($"datasets/d{series:D2}");

    public static string Model(int series) => FormattableString.Invariant($"models/m{series:D2}");

    /// <summary>A file that only one version of data has.</summary>
    public static Digest FileOf(int version) => Digest.Of(Encoding.UTF8.GetBytes(FormattableString.Invariant($"version {version}")));

    public async Task WriteAsync()
    {
        for (int i = 0; i < versions / 3; i++)
        {
            await StepAsync(i).ConfigureAwait(false);
        }

        await SealAsync().ConfigureAwait(false);
        await objects.CreateAsync(StoreKeys.Checkpoint(State.Sequence), Checkpoint.Encode(State)).ConfigureAwait(false);
    }

    private async Task StepAsync(int i)
    {
        ArtifactPin[] before = i < Series ? [] : [_data[i - Series]];
        PublishOperation data = Publish(Data(i % Series), ArtifactKind.Dataset, i, before, await ManifestAsync(i).ConfigureAwait(false), null);
        _data.Add(PinOf(data));
        await AppendAsync([data]).ConfigureAwait(false);

        ArtifactPin[] inputs = i < Series ? [_data[i]] : [_data[i], _models[i - Series]];
        var id = (UInt128)(i + 1);
        await AppendAsync([new RunOperation("runs/train", id, null, new RunPlan(["train"], "machine", null, inputs, []).Encode())]).ConfigureAwait(false);
        ManifestRoot weights = await ManifestAsync(versions + i).ConfigureAwait(false);
        PublishOperation model = Publish(Model(i % Series), ArtifactKind.Model, i, inputs, weights, null);
        _models.Add(PinOf(model));
        var run = new RunRecord(id, null, null, ["train"], [], DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, RunOutcome.Succeeded, 0, [_models[i]]);
        await AppendAsync([model, Publish("runs/train", ArtifactKind.Run, i, inputs, weights, run)]).ConfigureAwait(false);
    }

    private PublishOperation Publish(string artifact, ArtifactKind kind, int i, ArtifactPin[] inputs, ManifestRoot manifest, RunRecord? run)
    {
        var code = new CodeCommit("https://example.org/team/repository", FormattableString.Invariant($"{i:x40}"), "main", false);
        ReadOnlyMemory<byte> record = new VersionRecord(
            artifact, kind, manifest.Digest, manifest.Files, manifest.Bytes, DateTimeOffset.UnixEpoch, "author", FormattableString.Invariant($"step {i}"), "benchmark", code, inputs,
            [new("leaves", "20"), new("rate", "0.1")], [new("f1", 0.9)], [], run).Encode();
        return new PublishOperation(artifact, (State.Find(artifact)?.Versions.Count ?? 0) + 1, record, manifest.Place, null);
    }

    private static ArtifactPin PinOf(PublishOperation publish) => new(publish.Artifact, publish.Number, VersionRecord.DigestOf(publish.Record.Span));

    private async Task AppendAsync(JournalOperation[] operations)
    {
        ReadOnlyMemory<byte> bytes = new JournalEntry(State.Sequence + 1, State.Head, PackId.New().Value, DateTimeOffset.UnixEpoch, "author", "benchmark", operations).Encode();
        await objects.CreateAsync(StoreKeys.Entry(State.Sequence + 1), bytes).ConfigureAwait(false);
        State = State.Apply(JournalEntry.Decode(bytes, "An entry"), DomainHash.Entry(bytes.Span));
    }

    /// <summary>Files of which one is this version's own; nodes that are there already are not stored again.</summary>
    private async Task<ManifestRoot> ManifestAsync(int version)
    {
        var builder = new ManifestBuilder(StoreAsync);
        for (int file = 0; file < Files; file++)
        {
            Digest sha256 = FileOf(file == version % Files ? version : -1 - file);
            await builder.AddAsync(new ManifestEntry(Encoding.UTF8.GetBytes(FormattableString.Invariant($"part/{file:D5}")), FileKind.File, 10, sha256, null, null, new ChunkRef(new PackId(1), 0)), default).ConfigureAwait(false);
        }

        return await builder.FinishAsync(default).ConfigureAwait(false);
    }

    private async ValueTask<ChunkRef> StoreAsync(ReadOnlyMemory<byte> node, CancellationToken cancellationToken)
    {
        var digest = new Digest(SHA256.HashData(node.Span));
        if (_nodes.TryGetValue(digest, out ChunkRef known))
        {
            return known;
        }

        if (!_pack.Fits(node.Length))
        {
            await SealAsync().ConfigureAwait(false);
            _pack = new PackBuilder(PackFormat.TargetLength);
        }

        ChunkRef place = _pack.Add(digest, node.Length, ChunkEncoding.Raw, node.Span);
        _nodes.Add(digest, place);
        return place;
    }

    private async Task SealAsync()
    {
        PackId id = _pack.Id;
        await objects.CreateAsync(StoreKeys.Pack(id), _pack.Seal()).ConfigureAwait(false);
    }
}
