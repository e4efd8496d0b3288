using System.Globalization;

namespace Versioning.Gates;

/// <summary>A number, a text or a truth; <c>default</c> is what is not there.</summary>
internal readonly record struct GateValue
{
    private GateValue(double? number, string? text, bool? truth) => (Number, Text, Truth) = (number, text, truth);

    internal double? Number { get; }

    internal string? Text { get; }

    internal bool? Truth { get; }

    /// <summary>What an alias that names nothing yet would have: it stands in the way of nothing.</summary>
    internal static GateValue Unset { get; } = new(null, null, null) { IsUnset = true };

    internal bool IsUnset { get; private init; }

    /// <summary>Where it is false: why, or null.</summary>
    internal string? Why { get; private init; }

    internal bool IsAbsent => Number is null && Text is null && Truth is null && !IsUnset;

    /// <summary>What kind of value it is, for messages.</summary>
    internal string Kind => Number is not null ? "a number" : Text is not null ? "a text" : Truth is not null ? "true or false" : "absent";

    internal static GateValue Of(double number) => new(number, null, null);

    internal static GateValue Of(string text) => new(null, text, null);

    /// <summary>A truth; null: it can't be said yet.</summary>
    internal static GateValue Of(bool? truth) => truth is null ? Unset : new(null, null, truth);

    internal static GateValue False(string why) => Of(false) with { Why = why };

    public bool Equals(GateValue other) => (Number, Text, Truth, IsUnset) == (other.Number, other.Text, other.Truth, other.IsUnset);

    public override int GetHashCode() => HashCode.Combine(Number, Text, Truth, IsUnset);

    public override string ToString() =>
        Number is { } number ? number.ToString("R", CultureInfo.InvariantCulture)
        : Text is { } text ? $"'{text}'"
        : Truth is { } truth ? (truth ? "true" : Why is null ? "false" : $"false: {Why}")
        : IsUnset ? "nothing yet" : "absent";
}
