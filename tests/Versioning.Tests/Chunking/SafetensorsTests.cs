using System.Buffers.Binary;
using System.Text;
using CsCheck;
using NUnit.Framework;
using Versioning.Chunking;

namespace Versioning.Tests.Chunking;

[TestFixture]
internal sealed class SafetensorsTests
{
    private const string Good =
        """{"__metadata__":{"a":"b"},"y":{"dtype":"F32","shape":[2],"data_offsets":[6,14]},"x":{"dtype":"BF16","shape":[3,1],"data_offsets":[0,6]}}""";

    [Test]
    public void TryReadTensorStarts_GoodHeader_GivesSortedStartsAndTypes()
    {
        byte[] file = File(Good, 14);
        Assert.That(Safetensors.TryReadTensorStarts(file, file.Length, out long[]? starts, out WeightType[]? types), Is.True);
        Assert.That(starts, Is.EqualTo([8 + Good.Length, 14 + Good.Length]));
        Assert.That(types, Is.EqualTo([WeightType.Bf16, WeightType.Fp32]));
    }

    [TestCase("[6,14]", "[5,13]", TestName = "Overlap")]
    [TestCase("[6,14]", "[7,15]", TestName = "Gap")]
    [TestCase("[6,14]", "[14,6]", TestName = "Backwards")]
    [TestCase("[6,14]", "[6,14,20]", TestName = "ThreeOffsets")]
    [TestCase("[6,14]", "[-6,14]", TestName = "Negative")]
    [TestCase("[6,14]", "[6,99999999999999999999]", TestName = "Overflow")]
    [TestCase("[6,14]", "[6,1e3]", TestName = "NoInteger")]
    [TestCase("[2]", "[3]", TestName = "ShapeDisagrees")]
    [TestCase("[2]", "[4294967296,4294967296,4294967296]", TestName = "ShapeOverflow")]
    [TestCase("\"F32\"", "7", TestName = "TypeIsANumber")]
    [TestCase("}}", "}", TestName = "NotClosed")]
    [TestCase("}}", "}}x", TestName = "Trailing")]
    public void TryReadTensorStarts_Anomaly_IsRefused(string good, string bad)
    {
        byte[] file = File(Good.Replace(good, bad, StringComparison.Ordinal), 14);
        Assert.That(Safetensors.TryReadTensorStarts(file, file.Length, out _, out _), Is.False);
    }

    [TestCase(64, true)]
    [TestCase(65, false)]
    public void TryReadTensorStarts_Dimensions_AreLimited(int dimensions, bool expected)
    {
        string shape = $"[2{string.Concat(Enumerable.Repeat(",1", dimensions - 1))}]";
        byte[] file = File(Good.Replace("[2]", shape, StringComparison.Ordinal), 14);
        Assert.That(Safetensors.TryReadTensorStarts(file, file.Length, out _, out _), Is.EqualTo(expected));
    }

    [Test]
    public void TryReadTensorStarts_LengthsThatDisagree_AreRefused()
    {
        byte[] file = File(Good, 14);
        Assert.That(Safetensors.TryReadTensorStarts(file, file.Length + 1, out _, out _), Is.False);
        Assert.That(Safetensors.TryReadTensorStarts(file.AsSpan(0, 30), file.Length, out _, out _), Is.False);
        BinaryPrimitives.WriteUInt64LittleEndian(file, ulong.MaxValue);
        Assert.That(Safetensors.TryReadTensorStarts(file, file.Length, out _, out _), Is.False);
    }

    [Test]
    public void TryReadTensorStarts_DamagedBytes_NeverThrow() =>
        Gen.Select(Gen.Int[0, Good.Length + 21], Gen.Byte).Sample((at, value) =>
        {
            byte[] file = File(Good, 14);
            file[at] = value;
            if (Safetensors.TryReadTensorStarts(file, file.Length, out long[]? starts, out _))
            {
                Assert.That(starts, Is.Ordered.And.All.InRange(8L, file.Length - 1L));
            }
        });

    private static byte[] File(string header, int data)
    {
        byte[] file = new byte[8 + header.Length + data];
        BinaryPrimitives.WriteUInt64LittleEndian(file, (ulong)header.Length);
        Encoding.ASCII.GetBytes(header, file.AsSpan(8));
        return file;
    }
}
