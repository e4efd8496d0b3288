using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Versioning.Tests.Architecture;

/// <summary>Fixtures run beside each other: one that changes or watches the whole process must run alone.</summary>
[TestFixture]
internal sealed partial class SideBySideTests
{
    [TestCase("Versioning.Tests")]
    [TestCase("Versioning.EndToEnd.Tests")]
    public void Fixture_ThatConcernsTheWholeProcess_RunsAlone(string project)
    {
        IEnumerable<string> wrong =
            from file in Directory.EnumerateFiles(Path.Join(Repository.Root, "tests", project), "*Tests.cs", SearchOption.AllDirectories)
            let text = File.ReadAllText(file)
            where WholeProcess().IsMatch(text) && !text.Contains("[NonParallelizable]", StringComparison.Ordinal)
            select Path.GetFileName(file);
        Assert.That(wrong.Where(file => file != "SideBySideTests.cs"), Is.Empty);
    }

    [Test]
    public void Check_SeesThoseThatThereAre() =>
        Assert.That(
            Directory.EnumerateFiles(Path.Join(Repository.Root, "tests", "Versioning.Tests"), "*Tests.cs", SearchOption.AllDirectories).Count(file => WholeProcess().IsMatch(File.ReadAllText(file))),
            Is.GreaterThan(5));

    /// <summary>Variables of the environment, listeners of telemetry, the current directory, the console, the memory of all threads.</summary>
    [GeneratedRegex(@"\b(Environment\.SetEnvironmentVariable|(EnvironmentScope|AzureEnvironment)\b|(Activity|Meter|Event|Diagnostic)Listener\b|Environment\.CurrentDirectory =|SetCurrentDirectory|Console\.Set(In|Out|Error)|GC\.GetTotal(AllocatedBytes|Memory))")]
    private static partial Regex WholeProcess();
}
