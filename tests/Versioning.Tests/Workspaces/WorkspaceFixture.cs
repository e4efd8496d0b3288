using NUnit.Framework;
using Versioning.Storage;
using Versioning.Tests.Compression;
using Versioning.Tests.Faults;
using Versioning.Tests.Store;

namespace Versioning.Tests.Workspaces;

/// <summary>A store of three versions, of which the alias production names the first, and workspaces on one machine.</summary>
internal abstract class WorkspaceFixture
{
    protected const string Artifact = "datasets/x";

    private MemoryStore _objects = null!;

    private protected TempFolder Folder { get; private set; } = null!;

    private protected RecordingStore Requests { get; private set; } = null!;

    private protected VersionStore Store { get; private set; } = null!;

    private protected VersionStoreOptions Settings => Folder.Options;

    [SetUp]
    public async Task Prepare()
    {
        (Folder, _objects) = (new TempFolder(), new MemoryStore());
        Requests = new RecordingStore(new RemoteStore(_objects));
        Store = await VersionStore.CreateAsync(new PassingStore(Requests), Settings);
        Folder.Write("s/a", "first");
        Folder.Write("s/same/b", SampleData.Make(300_000, 3, 1));
        Folder.Write("s/same/long", SampleData.Make(9_000_000, 3, 2));
        Folder.Write("s/gone", "in the first only");
        Folder.Write("s/empty", "");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Folder.Write("s/run", "#!/bin/sh"), UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
            File.CreateSymbolicLink(Folder.Of("s/link"), "same/b");
        }

        await Store.CommitAsync(Artifact, Folder.Of("s"));
        await Store.MoveAliasAsync(Artifact, "production", "1");
        File.Delete(Folder.Of("s/gone"));
        Folder.Write("s/a", "second");
        await Store.CommitAsync(Artifact, Folder.Of("s"));
        Folder.Write("s/a", "third");
        await Store.CommitAsync(Artifact, Folder.Of("s"));
    }

    [TearDown]
    public async Task End()
    {
        await Store.DisposeAsync();
        foreach (string directory in Directory.EnumerateDirectories(Folder.Root, "*", SearchOption.AllDirectories).Where(_ => OperatingSystem.IsWindows()))
        {
            foreach (string file in Directory.EnumerateFiles(directory))
            {
                File.SetAttributes(file, FileAttributes.Normal);
            }
        }

        Folder.Dispose();
        await Requests.DisposeAsync();
        await _objects.DisposeAsync();
    }

    /// <summary>A workspace that asks for production, to be restored into its folder in/x.</summary>
    private protected async Task<Workspace> MakeAsync(string name = "w", string reference = $"{Artifact}@production", params string[] include)
    {
        Folder.Write($"{name}/{Workspace.FileName}", "{ \"store\": \"somewhere\" }");
        var workspace = Workspace.Open(Folder.Of(name));
        await workspace.PinAsync(Store, reference, new PinOptions { Path = "in/x", Include = include });
        return workspace;
    }

    private protected Task<IReadOnlyList<RestoredPin>> RestoreAsync(Workspace workspace, RestoreOptions? options = null, bool offline = false) =>
        workspace.RestoreAsync(offline ? null : Store, options, Settings);

    private protected async Task<PinStatus> LookAsync(Workspace workspace, bool offline = false) =>
        await workspace.StatusAsync(offline ? null : Store, null, Settings).SingleAsync();

    private protected string At(Workspace workspace, string path = "") => Path.Combine(workspace.Root, "in", "x", path);

    /// <summary>Requires that a workspace has exactly what a version has.</summary>
    private protected async Task ExpectAsync(Workspace workspace, int number)
    {
        string expected = Folder.Of($"expected-{Guid.NewGuid():N}");
        await Store.FetchAsync($"{Artifact}@{number}", expected);
        Assert.That(Tree(At(workspace)), Is.EqualTo(Tree(expected)));
    }

    private static List<string> Tree(string root) =>
        [.. Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(file =>
            $"{Path.GetRelativePath(root, file)} {KindOf(root, file)} {Digest.Of(File.ReadAllBytes(file))}")];

    private static string KindOf(string root, string file) =>
        File.ResolveLinkTarget(file, returnFinalTarget: false) is { } link && !link.FullName.Contains("cache", StringComparison.Ordinal) ? Path.GetRelativePath(root, link.FullName)
        : !OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & UnixFileMode.UserExecute) != 0 ? "x" : "-";
}
