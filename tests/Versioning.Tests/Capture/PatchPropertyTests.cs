using System.Runtime.Versioning;
using CsCheck;
using NUnit.Framework;
using Versioning.Capture;
using Versioning.Tests.Properties;

namespace Versioning.Tests.Capture;

/// <summary>Whatever is done to a checkout, its patch gives it back.</summary>
[TestFixture, Platform("Linux"), SupportedOSPlatform("linux")]
[Parallelizable(ParallelScope.Self)]
internal sealed class PatchPropertyTests
{
    private static readonly string[] Names = ["a", "b", "d/a", "d/b", "d/e/a", "e f", "g\"", "h\n"];

    private static readonly Gen<(int Kind, string Name, string Other, int Seed)> Edit = Gen.Select(Gen.Int[0, 9], Mutation.OneOf(Names), Mutation.OneOf(Names), Gen.Int[0, 3]);

    [Test]
    public void Take_AnyEdits_ComeBack()
    {
        using var code = new PatchFixture();
        foreach (string name in Names)
        {
            code.Add(name, Lines(name.Length));
        }

        code.Commit();
        Edit.Array[1, 8].SampleSeeded(
            edits =>
            {
                // The edits of the samples before become the next commit.
                code.Run("git add -A; git commit -q --allow-empty -m some");
                foreach ((int kind, string name, string other, int seed) in edits)
                {
                    Apply(code, kind, name, other, seed);
                }

                PatchResult taken = code.TakeAndRestore();
                Assert.That(taken.IsWhole, () => string.Join('\n', PatchFixture.Reasons(taken)));
            },
            iterations: 16);
    }

    private static void Apply(PatchFixture code, int kind, string name, string other, int seed)
    {
        string path = Path.Join(code.Folder, name);
        switch (kind)
        {
            case 0 or 1:
                Free(code, name);
                code.Add(name, Lines(seed));
                break;
            case 2:
                Free(code, name);
                code.AddBytes(name, [0, (byte)seed, .. new byte[seed * 1000]]);
                break;
            case 3:
                Free(code, name);
                code.Add(name);
                File.Delete(path);
                File.CreateSymbolicLink(path, other);
                break;
            case 4:
                Free(code, name);
                break;
            case 5 when IsFile(path) && name != other:
                Free(code, other);
                code.Add(other);
                if (IsFile(path))
                {
                    File.Move(path, Path.Join(code.Folder, other), overwrite: true);
                }

                break;
            case 6 when IsFile(path):
                File.SetUnixFileMode(path, seed % 2 == 0 ? (UnixFileMode)0b111_101_101 : (UnixFileMode)0b110_100_100);
                break;
            case 7 when IsFile(path):
                File.AppendAllText(path, "more" + seed);
                break;
            case 8:
                code.Run("git add -A");
                break;
            default:
                code.Run("git rm -r -q --cached . 2>/dev/null || true");
                break;
        }
    }

    // A link counts by what it is, not by where it leads.
    private static bool IsFile(string path) => new FileInfo(path) is { LinkTarget: null, Exists: true };

    // Nothing is left at the name nor at what would be a folder above it.
    private static void Free(PatchFixture code, string name)
    {
        string path = code.Folder;
        foreach (string part in name.Split('/'))
        {
            path = Path.Join(path, part);
            if (path.Length == code.Folder.Length + 1 + name.Length && new DirectoryInfo(path) is { Exists: true, LinkTarget: null } folder)
            {
                folder.Delete(recursive: true);
            }
            else if (File.Exists(path) || new FileInfo(path).LinkTarget is not null)
            {
                File.Delete(path);
            }
        }
    }

    private static string Lines(int seed) => string.Concat(Enumerable.Range(0, 30).Select(i => $"line {i / (seed + 1)}\n"));
}
