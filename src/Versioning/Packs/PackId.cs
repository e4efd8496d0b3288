using System.Globalization;
using System.Security.Cryptography;
using System.Buffers.Binary;

namespace Versioning.Packs;

/// <summary>The random 128-bit name of a pack or of the object that holds it; never used twice.</summary>
internal readonly record struct PackId(UInt128 Value) : IComparable<PackId>
{
    internal static PackId New()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        return new PackId(BinaryPrimitives.ReadUInt128BigEndian(bytes));
    }

    internal static bool TryParse(ReadOnlySpan<char> text, out PackId id)
    {
        bool parsed = UInt128.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out UInt128 value);
        id = new PackId(value);
        return parsed && text.Length == 32;
    }

    public int CompareTo(PackId other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString("x32", CultureInfo.InvariantCulture);
}
