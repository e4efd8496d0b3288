using System.Text;
using NUnit.Framework;
using Versioning.Capture;
using Versioning.Tests.Files;

namespace Versioning.Tests.Capture;

/// <summary>A repository whose changes are taken and put into a clone of its commit, which must then be equal.</summary>
internal sealed class PatchFixture : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public PatchFixture(string format = "sha1")
    {
        Git("init", "-q", "-b", "work", $"--object-format={format}", "code");
        Code("config user.name Ada; git config user.email ada@example.org; git config protocol.file.allow always");
    }

    public string Folder => Path.Join(_folder.Path, "code");

    public string Add(string path, string content = "") => _folder.Add("code/" + path, content);

    public void AddBytes(string path, byte[] content) => File.WriteAllBytes(Add(path), content);

    /// <summary>Runs a script in the repository.</summary>
    public string Run(string script) => _folder.Run($"cd code && {script}");

    /// <summary>Runs git in the repository, through a shell.</summary>
    public string Code(string command) => Run("git " + command);

    public void Commit() => Code("add -A && git commit -q -m some --allow-empty");

    public PatchResult Take(long maxBytes = CodePatch.DefaultMaxBytes)
    {
        string before = State();
        PatchResult taken = CodePatch.Take(Folder, maxBytes)!;
        Assert.That(State(), Is.EqualTo(before), "The repository is not as it was.");
        return taken;
    }

    public string Clone(string commit)
    {
        string name = "clone-" + Guid.NewGuid().ToString("N");
        _folder.Run($"git -c protocol.file.allow=always clone -q --no-checkout code {name} && git -C {name} -c advice.detachedHead=false checkout -q {commit}");
        return Path.Join(_folder.Path, name);
    }

    /// <summary>Takes the patch, applies it to a clone, and compares what git sees there and here.</summary>
    public PatchResult TakeAndRestore()
    {
        PatchResult taken = Take();
        string clone = Clone(taken.Commit);
        PatchRestore.Apply(clone, taken.Patch);
        string there = _folder.Run($"cd {clone} && git add -A && git write-tree");
        Assert.That(there, Is.EqualTo(Tree()), Encoding.Latin1.GetString(taken.Patch.Span));
        return taken;
    }

    /// <summary>The tree of the checkout as it lies there, made with an index of its own, as young as the real one.</summary>
    public string Tree() => Run("cp -p .git/index ../other-index; export GIT_INDEX_FILE=$PWD/../other-index; git add -A && git write-tree");

    public static string[] Reasons(PatchResult taken) => [.. taken.LeftOut.Select(left => $"{left.Path}: {left.Reason}")];

    public void Dispose() => _folder.Dispose();

    // Every file, with its time, but that of objects: git renews it where it would write one again. Not what git says: asking may write.
    private string State() => Run("find . \\( -type f -o -type l \\) -not -path './.git/objects/*' -printf '%p %s %T@ %i\\n' | sort; find .git/objects -printf '%p %s %i\\n' | sort; sha256sum .git/index");

    private void Git(params string[] arguments) => _folder.Run("git", arguments);
}
