namespace Versioning.Gates;

internal enum GateTokenKind
{
    Number,
    Text,
    Word,
    Sign,
    End,
}

/// <summary>A piece of a condition, and where it begins.</summary>
internal readonly record struct GateToken(GateTokenKind Kind, string Text, int Position)
{
    internal bool Is(string text) => Kind is GateTokenKind.Sign or GateTokenKind.Word && Text == text;

    public override string ToString() => Kind == GateTokenKind.End ? "the end" : $"'{Text}'";
}
