namespace Versioning.Gates;

/// <summary>One look at whether a condition holds, and why not.</summary>
/// <param name="text">The condition, for messages.</param>
/// <param name="facts">The value of a name; null where it can't be one.</param>
internal sealed class GateEvaluation(string text, Func<IReadOnlyList<string>, GateValue?> facts)
{
    private readonly List<string> _reasons = [];
    private int _negations;

    /// <summary>What was found of what does not hold.</summary>
    internal IReadOnlyList<string> Reasons => _reasons;

    internal GateValue Value(GateNode node) => node.Evaluate(this);

    internal GateValue Look(IReadOnlyList<string> path) =>
        facts(path) ?? throw new VersioningException("invalid_condition", $"The condition \"{text}\" names '{string.Join('.', path)}', which is nothing that is known of a version.", GateFacts.Known);

    /// <summary>A number, or none.</summary>
    internal GateValue Number(GateNode node)
    {
        GateValue value = node.Evaluate(this);
        return value.Number is not null || value.IsAbsent || value.IsUnset ? value : throw Wrong(node.Position, $"a number is needed, and this is {value.Kind}");
    }

    /// <summary>A truth; null: it can't be said yet.</summary>
    internal bool? Truth(GateNode node)
    {
        GateValue value = node.Evaluate(this);
        if (value.IsUnset)
        {
            return null;
        }

        bool holds = !value.IsAbsent && (value.Truth ?? throw Wrong(node.Position, $"true or false is needed, and this is {value.Kind}"));
        if (!holds && node is GateName)
        {
            Failed($"{node} is {value}");
        }

        return holds;
    }

    /// <summary>A truth that is turned round: that it does not hold is no reason.</summary>
    internal bool? TruthInside(GateNode node)
    {
        _negations++;
        bool? holds = Truth(node);
        _negations--;
        return holds;
    }

    internal void Failed(string reason)
    {
        if (_negations == 0)
        {
            _reasons.Add(reason);
        }
    }

    /// <summary>What a part that stands in the way of nothing said is no reason.</summary>
    internal void Forget(int from) => _reasons.RemoveRange(from, _reasons.Count - from);

    internal VersioningException Wrong(int position, string what) => GateLexer.Wrong(text, position, what);
}
