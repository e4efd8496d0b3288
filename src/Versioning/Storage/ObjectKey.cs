namespace Versioning.Storage;

/// <summary>
/// The name of one object in a store: 1 to 512 ASCII characters out of letters, digits, <c>.</c>, <c>_</c>, <c>-</c>,
/// in non-empty segments separated by <c>/</c>, none of them <c>.</c> or <c>..</c>. <c>default</c> names nothing.
/// </summary>
public readonly struct ObjectKey : IEquatable<ObjectKey>, IComparable<ObjectKey>
{
    private readonly string? _value;

    /// <summary>Takes a key from text.</summary>
    /// <exception cref="ArgumentException">The text is not a key.</exception>
    public ObjectKey(string value)
    {
        if (!IsValid(value))
        {
            throw new ArgumentException($"'{value}' is not an object key.", nameof(value));
        }

        _value = value;
    }

    /// <summary>The text of the key; empty for <c>default</c>.</summary>
    public string Value => _value ?? "";

    /// <summary>Whether a text is a key.</summary>
    public static bool IsValid(string? value)
    {
        if (string.IsNullOrEmpty(value) || value.Length > 512)
        {
            return false;
        }

        foreach (Range segment in value.AsSpan().Split('/'))
        {
            ReadOnlySpan<char> name = value.AsSpan(segment);
            if (name.Length == 0 || name is "." or ".." || name.ContainsAnyExcept(Allowed))
            {
                return false;
            }
        }

        return true;
    }

    private static readonly System.Buffers.SearchValues<char> Allowed =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    /// <inheritdoc/>
    public bool Equals(ObjectKey other) => Value == other.Value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ObjectKey other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public int CompareTo(ObjectKey other) => string.CompareOrdinal(Value, other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value;

    /// <summary>Whether two keys are equal.</summary>
    public static bool operator ==(ObjectKey left, ObjectKey right) => left.Equals(right);

    /// <summary>Whether two keys differ.</summary>
    public static bool operator !=(ObjectKey left, ObjectKey right) => !left.Equals(right);

    /// <summary>Byte order.</summary>
    public static bool operator <(ObjectKey left, ObjectKey right) => left.CompareTo(right) < 0;

    /// <summary>Byte order.</summary>
    public static bool operator >(ObjectKey left, ObjectKey right) => left.CompareTo(right) > 0;

    /// <summary>Byte order.</summary>
    public static bool operator <=(ObjectKey left, ObjectKey right) => left.CompareTo(right) <= 0;

    /// <summary>Byte order.</summary>
    public static bool operator >=(ObjectKey left, ObjectKey right) => left.CompareTo(right) >= 0;
}
