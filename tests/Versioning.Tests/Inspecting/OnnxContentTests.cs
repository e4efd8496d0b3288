using NUnit.Framework;

namespace Versioning.Tests.Inspecting;

[TestFixture]
internal sealed class OnnxContentTests
{
    private static readonly byte[] Values = [.. Enumerable.Range(0, 48).Select(i => (byte)i)];

    [Test]
    public async Task Compare_Initialisers_AreTold()
    {
        byte[] other = [.. Values];
        other[20] ^= 1;
        byte[] before = ProtobufBytes.Model(17, Raw("same", Values, 4, 3), Raw("trained", Values, 4, 3), Raw("shape", Values, 4, 3), Raw("gone", Values, 12));
        byte[] after = ProtobufBytes.Model(18, Raw("new", Values, 12), Raw("same", Values, 4, 3), Raw("trained", other, 4, 3), Raw("shape", Values, 3, 4));
        Assert.That(await Inspected.LinesAsync("m.onnx", before, after), Is.EqualTo(new[]
        {
            "+ tensor new FLOAT [12]",
            "~ tensor trained FLOAT [4, 3], other values",
            "~ tensor shape FLOAT [4, 3] → FLOAT [3, 4]",
            "~ opset ai.onnx 17 → 18",
            "- tensor gone FLOAT [12]",
        }));
    }

    [Test]
    public async Task Read_InputsAndOutputs_HaveTypesAndShapes() =>
        Assert.That(await Inspected.LinesAsync("m.onnx", null, ProtobufBytes.Model(17)), Is.EqualTo(new[] { "+ input x: FLOAT [batch, 4]", "+ output y: FLOAT [batch, 4]", "+ opset ai.onnx 17" }));

    [Test]
    public async Task Compare_TypedData_PackedOrOneByOne_IsCompared()
    {
        ProtobufBytes packed = ProtobufBytes.Tensor("t", 2).Bytes(4, [1, 0, 0, 0, 2, 0, 0, 0]), otherPacked = ProtobufBytes.Tensor("t", 2).Bytes(4, [1, 0, 0, 0, 3, 0, 0, 0]);
        ProtobufBytes single = ProtobufBytes.Tensor("t", 2).Fixed32(4, [1, 0, 0, 0]).Fixed32(4, [2, 0, 0, 0]), otherSingle = ProtobufBytes.Tensor("t", 2).Fixed32(4, [1, 0, 0, 0]).Fixed32(4, [3, 0, 0, 0]);
        ProtobufBytes texts = ProtobufBytes.Tensor("t", 2).Text(6, "a").Text(6, "bc"), otherTexts = ProtobufBytes.Tensor("t", 2).Text(6, "ab").Text(6, "c");
        string[] differs = ["~ tensor t FLOAT [2], other values"];
        using (Assert.EnterMultipleScope())
        {
            foreach ((ProtobufBytes before, ProtobufBytes after) in new[] { (packed, otherPacked), (single, otherSingle), (texts, otherTexts) })
            {
                Assert.That(await Inspected.LinesAsync("m.onnx", ProtobufBytes.Model(17, before), ProtobufBytes.Model(17, after)), Is.EqualTo(differs));
                Assert.That(await Inspected.LinesAsync("m.onnx", ProtobufBytes.Model(17, before), ProtobufBytes.Model(17, before)), Is.Empty);
            }
        }
    }

    [Test]
    public async Task Compare_ExternalData_NamesItsFile()
    {
        ProtobufBytes tensor = ProtobufBytes.Tensor("t", 2).Message(13, new ProtobufBytes().Text(1, "location").Text(2, "weights.bin")).Number(14, 1);
        Assert.That(await Inspected.LinesAsync("m.onnx", ProtobufBytes.Model(17), ProtobufBytes.Model(17, tensor)), Is.EqualTo(new[] { "+ tensor t FLOAT [2] in weights.bin" }));
    }

    [Test]
    public async Task Read_ManyTexts_AcrossTheWindow_AreWhole()
    {
        ProtobufBytes[] tensors = [.. Enumerable.Range(0, 700).Select(i => Raw(new string((char)('a' + (i % 26)), 1 + (i % 90)) + i, Values, 12))];
        string[] lines = await Inspected.LinesAsync("m.onnx", null, ProtobufBytes.Model(17, tensors));
        Assert.That(lines.Take(700), Is.EqualTo(Enumerable.Range(0, 700).Select(i => $"+ tensor {new string((char)('a' + (i % 26)), 1 + (i % 90))}{i} FLOAT [12]")));
        string huge = new('n', 40_000);
        Assert.That((await Inspected.LinesAsync("m.onnx", null, ProtobufBytes.Model(17, Raw(huge, Values, 12))))[0], Is.EqualTo($"+ tensor {huge} FLOAT [12]"));
    }

    [Test]
    public async Task Read_WhatIsNoModel_SaysSo()
    {
        byte[] good = ProtobufBytes.Model(17);
        string[] unsound = ["? after: it is no ONNX model, or damaged"];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await Inspected.LinesAsync("m.onnx", good, "no model"u8.ToArray()), Is.EqualTo(unsound));
            Assert.That(await Inspected.LinesAsync("m.onnx", good, []), Is.EqualTo(unsound));
            Assert.That(await Inspected.LinesAsync("m.onnx", good, good[..^9]), Is.EqualTo(unsound));
            Assert.That(await Inspected.LinesAsync("m.onnx", good, [.. good, .. Enumerable.Repeat((byte)0x0B, 100_000)]), Is.EqualTo(unsound), "Groups");
            Assert.That(await Inspected.LinesAsync("m.onnx", good, new ProtobufBytes().Number(1, 9).Raw([0x3A, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F]).ToArray()), Is.EqualTo(unsound), "A length beyond the end");
        }
    }

    private static ProtobufBytes Raw(string name, byte[] values, params long[] shape) => ProtobufBytes.Tensor(name, shape).Bytes(9, values);
}
