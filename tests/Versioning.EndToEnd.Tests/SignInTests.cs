using NUnit.Framework;

namespace Versioning.EndToEnd.Tests;

/// <summary>Wherever a command opens a store, one in Azure can be opened as whoever is signed in.</summary>
[TestFixture]
public sealed class SignInTests
{
    [Test]
    public void EveryCommandThatOpensAStore_CanSignIn()
    {
        string? root = TestContext.CurrentContext.TestDirectory;
        while (root is not null && !File.Exists(Path.Combine(root, "Versioning.sln")))
        {
            root = Path.GetDirectoryName(root);
        }

        string[] openings = ["VersionStore.OpenAsync(", "VersionStore.CreateAsync(", "VersionStore.DiagnoseAsync(", ".MirrorAsync("];
        IEnumerable<string> wrong =
            from file in Directory.GetFiles(Path.Combine(root!, "src", "Versioning.Tool", "Commands"), "*.cs")
            let text = File.ReadAllText(file)
            where openings.Any(text.Contains) && !text.Contains("AzureSignIn.Ready(", StringComparison.Ordinal)
            select Path.GetFileName(file);
        Assert.That(wrong.Where(file => file != "QuickstartCommand.cs"), Is.Empty);
    }
}
