namespace Versioning.Gates;

/// <summary>A part of a condition that has a value. Its text is that of the condition, with nothing that can be left out.</summary>
internal abstract record GateNode(int Position)
{
    /// <summary>The value that it has for some facts.</summary>
    internal abstract GateValue Evaluate(GateEvaluation evaluation);

    public abstract override string ToString();
}

/// <summary>A number or a text as it stands there.</summary>
internal sealed record GateConstant(int Position, GateValue Value) : GateNode(Position)
{
    internal override GateValue Evaluate(GateEvaluation evaluation) => Value;

    public override string ToString() => Value.ToString();
}

/// <summary>Something that is known of a version: <c>metric.f1</c>, <c>production.metric.f1</c>, <c>signed</c>.</summary>
internal sealed record GateName(int Position, IReadOnlyList<string> Path) : GateNode(Position)
{
    internal override GateValue Evaluate(GateEvaluation evaluation) => evaluation.Look(Path);

    public override string ToString() => string.Join('.', Path);
}

/// <summary>The negative of a number.</summary>
internal sealed record GateMinus(int Position, GateNode Of) : GateNode(Position)
{
    internal override GateValue Evaluate(GateEvaluation evaluation)
    {
        GateValue value = evaluation.Number(Of);
        return value.Number is { } number ? GateValue.Of(-number) : value;
    }

    public override string ToString() => $"-{Of}";
}

/// <summary>Two numbers, calculated.</summary>
internal sealed record GateArithmetic(int Position, char Sign, GateNode Left, GateNode Right) : GateNode(Position)
{
    internal override GateValue Evaluate(GateEvaluation evaluation)
    {
        GateValue left = evaluation.Number(Left), right = evaluation.Number(Right);
        if (left.Number is not { } one || right.Number is not { } other)
        {
            return left.IsUnset || right.IsUnset ? GateValue.Unset : default;
        }

        double result = Sign switch { '+' => one + other, '-' => one - other, '*' => one * other, _ => one / other };
        return double.IsFinite(result) ? GateValue.Of(result) : throw evaluation.Wrong(Position, $"{left} {Sign} {right} is no number");
    }

    public override string ToString() => $"{Left} {Sign} {(Right is GateArithmetic ? $"({Right})" : Right)}";
}

/// <summary>Two values, compared.</summary>
internal sealed record GateComparison(int Position, string Sign, GateNode Left, GateNode Right) : GateNode(Position)
{
    internal override GateValue Evaluate(GateEvaluation evaluation)
    {
        GateValue left = evaluation.Value(Left), right = evaluation.Value(Right);
        if (left.IsUnset || right.IsUnset)
        {
            return GateValue.Unset;
        }

        bool holds = !left.IsAbsent && !right.IsAbsent && Holds(evaluation, left, right);
        if (!holds)
        {
            evaluation.Failed($"{Show(Left, left)} {Sign} {Show(Right, right)} does not hold");
        }

        return GateValue.Of(holds);
    }

    public override string ToString() => $"{Left} {Sign} {Right}";

    private static string Show(GateNode node, GateValue value) => node is GateConstant ? $"{value}" : $"{node} ({value})";

    private bool Holds(GateEvaluation evaluation, GateValue left, GateValue right)
    {
        if (left is { Number: { } one } && right is { Number: { } other })
        {
            return Sign switch { ">=" => one >= other, "<=" => one <= other, ">" => one > other, "<" => one < other, "==" => one.Equals(other), _ => !one.Equals(other) };
        }

        bool isComparable = left.Kind == right.Kind && Sign is "==" or "!=";
        return isComparable ? Sign == "==" == (left == right) : throw evaluation.Wrong(Position, $"'{Sign}' can't compare {left.Kind} with {right.Kind}");
    }
}

/// <summary><c>and</c> or <c>or</c> of two truths.</summary>
internal sealed record GateJunction(int Position, bool IsAnd, GateNode Left, GateNode Right) : GateNode(Position)
{
    internal override GateValue Evaluate(GateEvaluation evaluation)
    {
        // Both, whatever the first one says: what makes no sense is told before it counts.
        int reasons = evaluation.Reasons.Count;
        bool? left = evaluation.Truth(Left), right = evaluation.Truth(Right), both = IsAnd ? left & right : left | right;
        if (both != false)
        {
            evaluation.Forget(reasons);
        }

        return GateValue.Of(both);
    }

    public override string ToString() => $"({Left}) {(IsAnd ? "and" : "or")} ({Right})";
}

/// <summary>The opposite of a truth.</summary>
internal sealed record GateNot(int Position, GateNode Of) : GateNode(Position)
{
    internal override GateValue Evaluate(GateEvaluation evaluation)
    {
        bool? holds = !evaluation.TruthInside(Of);
        if (holds == false)
        {
            evaluation.Failed($"{this} does not hold");
        }

        return GateValue.Of(holds);
    }

    public override string ToString() => $"not ({Of})";
}
