namespace Versioning.EndToEnd.Tests;

/// <summary>How documents that show a console are read, so that a wrong one is noticed.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class TranscriptTests
{
    [Test]
    public void Read_SeveralBlocks_AreCommandsWithTheirLines()
    {
        IReadOnlyList<TranscriptStep> steps = Transcript.Read(["$ cat <<END\n> a\n> END\na\n", "$ true\n"]);
        Assert.That(steps.Select(step => step.Command), Is.EqualTo(new[] { "cat <<END\na\nEND", "true" }));
        Assert.That(steps[0].Shown, Is.EqualTo(new[] { "a" }));
        Assert.That(steps[1].Shown, Is.Empty);
    }

    [TestCase("a  b…d", "a\tb, c, d\n", true)]
    [TestCase("a\n…", "a\nb\nc\n", true)]
    [TestCase("a\n…", "a\n", true)]
    [TestCase("…\nc", "a\nb\nc\n", true)]
    [TestCase("a", "a\nb\n", false)]
    [TestCase("a\nb", "a\n", false)]
    [TestCase("a.c", "abc\n", false)]
    [TestCase("…c", "a\nc\n", false)]
    [TestCase("", "a\n", false)]
    public void Shows_AnOutput_IsThatOneAndNoOther(string shown, string output, bool expected) =>
        Assert.That(new TranscriptStep("x", shown.Split('\n', StringSplitOptions.RemoveEmptyEntries)).Shows(output), Is.EqualTo(expected));

    [Test]
    public void Split_WithALineOfProgress_LeavesItOut() =>
        Assert.That(Transcript.Split("1.2 kB of 3.9 kB · 1 file · 100 B/s\nb\n\u001e0\u001ec\n\u001e5\u001e"), Is.EqualTo(new[] { ("b\n", "0"), ("c\n", "5") }));
}
