using System.Text;
using Microsoft.Win32.SafeHandles;
using NUnit.Framework;
using Versioning.Fetching;
using Versioning.Files;
using Versioning.Tests.Store;
using Versioning.Trees;

namespace Versioning.Tests.Fetching;

/// <summary>On a disk that does not tell case apart, names that would be one file are found before anything is written.</summary>
[TestFixture]
internal sealed class TargetSurveyTests
{
    private TempFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TempFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [TestCase("README|a|readme", "README", "readme")]
    [TestCase("Data/a|b|data/c", "Data/a", "data/c")]
    [TestCase("b/\u00C9|b/\u00E9", "b/\u00C9", "b/\u00E9")]
    public async Task Survey_NamesThatDifferInCase_AreAConflictOnADiskWithoutCase(string paths, string first, string second)
    {
        using var folder = new CaselessFolder(_folder.Of("t"), isCaseInsensitive: true);
        ConflictException? thrown = await Assert.ThrowsAsync<ConflictException>(() => SurveyAsync(folder, paths));
        Assert.That(thrown!.Code, Is.EqualTo("case_collision"));
        Assert.That(thrown.Message, Does.Contain($"'{first}'").And.Contain($"'{second}'"));
    }

    [TestCase("README|a|readme", false)]
    [TestCase("README|a|read|read.me", true)]
    [TestCase("Data/a|Data/b|b/Data/a", true)]
    public async Task Survey_NamesThatTheDiskTellsApart_AreNone(string paths, bool isCaseInsensitive)
    {
        using var folder = new CaselessFolder(_folder.Of("t"), isCaseInsensitive);
        Assert.That(await SurveyAsync(folder, paths), Is.EqualTo(paths.Split('|').Length));
    }

    private async Task<long> SurveyAsync(TargetFolder folder, string paths)
    {
        var survey = new TargetSurvey(folder, _folder.Of("t"), force: true, concurrency: 2, new TargetNotes(), cacheDirectory: null);
        IEnumerable<ManifestEntry> entries = paths.Split('|').Select(p => new ManifestEntry(Encoding.UTF8.GetBytes(p), FileKind.File, 0, Digest.Of([]), null, null, null));
        await survey.RunAsync(entries.ToAsyncEnumerable(), before: null, CancellationToken.None);
        return survey.Files;
    }

    /// <summary>A folder of which a test says whether its disk tells case apart.</summary>
    private sealed class CaselessFolder : TargetFolder
    {
        private readonly TargetFolder _inner;
        private readonly bool _isCaseInsensitive;

        internal CaselessFolder(string path, bool isCaseInsensitive)
            : base(path) => (_inner, _isCaseInsensitive) = (Open(path), isCaseInsensitive);

        public override TargetState Probe(byte[] path, out FileStamp stamp, out FileKind kind) => _inner.Probe(path, out stamp, out kind);

        public override SafeFileHandle OpenRead(byte[] path) => _inner.OpenRead(path);

        public override byte[]? ReadLink(byte[] path) => _inner.ReadLink(path);

        protected override PendingFile CreateCore(byte[] path, long size, FileKind kind) => _inner.Create(path, size, kind);

        protected override void CreateLinkCore(byte[] path, byte[] target, bool replace) => _inner.CreateLink(path, target, replace);

        public override IReadOnlyList<TargetItem> List(byte[] folder) => _inner.List(folder);

        public override void Remove(byte[] path) => _inner.Remove(path);

        public override bool TryRemoveFolder(byte[] path) => _inner.TryRemoveFolder(path);

        public override void RemoveAbandoned() => _inner.RemoveAbandoned();

        protected override bool TryLink(byte[] path, string source, bool replace) => _inner.TryPlace(path, source, 0, FileKind.File, LinkKind.Hard, replace, 0);

        protected override void LinkTo(byte[] path, string source, bool replace) => _inner.TryPlace(path, source, 0, FileKind.File, LinkKind.Symbolic, replace, 0);

        protected override void Dispose(bool disposing) => _inner.Dispose();

        protected override bool ProbeCase() => _isCaseInsensitive;
    }
}
