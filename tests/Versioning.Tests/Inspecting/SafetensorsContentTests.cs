using NUnit.Framework;

namespace Versioning.Tests.Inspecting;

[TestFixture]
internal sealed class SafetensorsContentTests
{
    [Test]
    public async Task Compare_Tensors_AreTold()
    {
        byte[] before = Inspected.Safetensors(("a", [1, 2, 3]), ("b", [4, 5]), ("c", [6]), ("empty", []));
        byte[] after = Inspected.Safetensors(("new", [9]), ("a", [1, 2, 3]), ("b", [4, 6]), ("c", [6, 7]));
        Assert.That(await Inspected.LinesAsync("m.safetensors", before, after), Is.EqualTo(new[] { "+ tensor new U8 [1]", "~ tensor b U8 [2], other values", "~ tensor c U8 [1] → U8 [2]", "- tensor empty U8 [0]" }));
        Assert.That(await Inspected.LinesAsync("m.safetensors", before, Inspected.Safetensors(("c", [6]), ("empty", []), ("a", [1, 2, 3]), ("b", [4, 5]))), Is.Empty, "Only moved");
    }

    [Test]
    public async Task Compare_MoreThanMayBeRead_SaysSo()
    {
        byte[] file = Inspected.Safetensors(("a", new byte[1_000_000]), ("b", new byte[600_000])), other = [.. file];
        other[^1] = 1;
        Assert.That(await Inspected.LinesAsync("m.safetensors", file, other, 1_300_000), Is.EqualTo(new[] { "? the values of 1 tensors were not compared: more than 1,300,000 bytes would have to be read" }));
        Assert.That(await Inspected.LinesAsync("m.safetensors", file, other), Is.EqualTo(new[] { "~ tensor b U8 [600000], other values" }));
    }

    [Test]
    public async Task Read_WhatIsNone_SaysSo()
    {
        byte[] good = Inspected.Safetensors(("a", [1]));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await Inspected.LinesAsync("m.safetensors", good, "version https://git-lfs"u8.ToArray()), Is.EqualTo(new[] { "? after: it has no safetensors header" }));
            Assert.That(await Inspected.LinesAsync("m.safetensors", good[..^1], good), Is.EqualTo(new[] { "? before: its safetensors header is not sound, or does not fit the file" }));
            Assert.That(await Inspected.LinesAsync("m.safetensors", good, [1, 2]), Is.EqualTo(new[] { "? after: it is too short" }));
        }
    }
}
