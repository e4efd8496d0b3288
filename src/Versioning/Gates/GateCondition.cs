using System.Globalization;

namespace Versioning.Gates;

/// <summary>
/// A condition that a version has to meet before an alias is moved to it: comparisons of numbers and texts, joined by
/// <c>and</c>, <c>or</c>, <c>not</c>. What is absent meets no comparison.
/// </summary>
internal sealed class GateCondition
{
    private const int MaxDepth = 64;

    private readonly string _text;
    private readonly List<GateToken> _tokens;
    private readonly GateNode _root;
    private readonly List<GateName> _names = [];
    private int _at, _depth;

    private GateCondition(string text)
    {
        _text = text;
        _tokens = GateLexer.Read(text);
        _root = Or();
        if (Next.Kind != GateTokenKind.End)
        {
            throw GateLexer.Wrong(text, Next.Position, $"{Next} is too much");
        }
    }

    /// <summary>What it asks for.</summary>
    internal IReadOnlyList<GateName> Names => _names;

    private GateToken Next => _tokens[_at];

    /// <exception cref="VersioningException">It is no condition; the message says where.</exception>
    internal static GateCondition Parse(string text) => new(text);

    /// <summary>Whether it holds, and where not, what was found.</summary>
    /// <param name="facts">The value of a name; null where it can't be one.</param>
    internal (bool Holds, string Reason) Evaluate(Func<IReadOnlyList<string>, GateValue?> facts)
    {
        var evaluation = new GateEvaluation(_text, facts);
        bool holds = evaluation.Truth(_root) != false;
        return (holds, holds ? "" : evaluation.Reasons.Count > 0 ? string.Join("; ", evaluation.Reasons) : "it is false");
    }

    /// <summary>Asks for all that it names, as <see cref="Evaluate"/> does.</summary>
    /// <exception cref="VersioningException">A name is that of nothing.</exception>
    internal void CheckNames(Func<IReadOnlyList<string>, GateValue?> facts)
    {
        var evaluation = new GateEvaluation(_text, facts);
        _names.ForEach(name => evaluation.Look(name.Path));
    }

    public override string ToString() => _text;

    private GateNode Or()
    {
        GateNode left = And();
        while (TryTake("or") is { } word)
        {
            left = new GateJunction(word.Position, IsAnd: false, left, And());
        }

        return left;
    }

    private GateNode And()
    {
        GateNode left = Not();
        while (TryTake("and") is { } word)
        {
            left = new GateJunction(word.Position, IsAnd: true, left, Not());
        }

        return left;
    }

    private GateNode Not() => TryTake("not") is { } word ? Nested(() => new GateNot(word.Position, Not())) : Comparison();

    private GateNode Comparison()
    {
        GateNode left = Sum();
        foreach (string sign in (ReadOnlySpan<string>)[">=", "<=", "==", "!=", ">", "<"])
        {
            if (TryTake(sign) is { } found)
            {
                return new GateComparison(found.Position, sign, left, Sum());
            }
        }

        return left;
    }

    private GateNode Sum()
    {
        GateNode left = Product();
        while ((TryTake("+") ?? TryTake("-")) is { } sign)
        {
            left = new GateArithmetic(sign.Position, sign.Text[0], left, Product());
        }

        return left;
    }

    private GateNode Product()
    {
        GateNode left = Factor();
        while ((TryTake("*") ?? TryTake("/")) is { } sign)
        {
            left = new GateArithmetic(sign.Position, sign.Text[0], left, Factor());
        }

        return left;
    }

    private GateNode Factor()
    {
        GateToken token = Next;
        if (TryTake("-") is not null)
        {
            return Nested(() => new GateMinus(token.Position, Factor()));
        }

        if (TryTake("(") is not null)
        {
            GateNode inner = Nested(Or);
            _ = TryTake(")") ?? throw GateLexer.Wrong(_text, Next.Position, $"')' is missing before {Next}");
            return inner;
        }

        _at++;
        return token.Kind switch
        {
            GateTokenKind.Number => new GateConstant(token.Position, GateValue.Of(Number(token))),
            GateTokenKind.Text when Next.Is(".") || Next.Is("[") => Name(token),
            GateTokenKind.Text => new GateConstant(token.Position, GateValue.Of(token.Text)),
            GateTokenKind.Word when token.Text is "true" or "false" => new GateConstant(token.Position, GateValue.Of(token.Text == "true")),
            GateTokenKind.Word when token.Text is not ("and" or "or" or "not") => Name(token),
            _ => throw GateLexer.Wrong(_text, token.Position, $"{token} where a value is needed"),
        };
    }

    /// <summary>Words, with quotes where a name is none: <c>metric["top-5"]</c>, <c>metric.'top-5'</c>, <c>'1.4.0'.metric.f1</c>.</summary>
    private GateName Name(GateToken first)
    {
        List<string> path = [first.Text];
        while (true)
        {
            bool isIndex = TryTake("[") is not null;
            if (!isIndex && TryTake(".") is null)
            {
                var name = new GateName(first.Position, path);
                _names.Add(name);
                return name;
            }

            GateToken part = Next;
            if (part.Kind is not GateTokenKind.Text && (isIndex || part.Kind is not (GateTokenKind.Word or GateTokenKind.Number)))
            {
                throw GateLexer.Wrong(_text, part.Position, $"{part} where a name is needed");
            }

            _at++;
            path.Add(part.Text);
            if (isIndex && TryTake("]") is null)
            {
                throw GateLexer.Wrong(_text, Next.Position, $"']' is missing before {Next}");
            }
        }
    }

    private double Number(GateToken token)
    {
        double value = double.Parse(token.Text, NumberStyles.Float, CultureInfo.InvariantCulture);
        return double.IsFinite(value) ? value : throw GateLexer.Wrong(_text, token.Position, "the number is too large");
    }

    private GateToken? TryTake(string text)
    {
        GateToken token = Next;
        if (!token.Is(text))
        {
            return null;
        }

        _at++;
        return token;
    }

    /// <summary>No condition may be nested so deeply that reading it exhausts the stack.</summary>
    private GateNode Nested(Func<GateNode> read)
    {
        if (++_depth > MaxDepth)
        {
            throw GateLexer.Wrong(_text, Next.Position, $"more than {MaxDepth} levels");
        }

        GateNode node = read();
        _depth--;
        return node;
    }
}
