using System.Globalization;

namespace Versioning;

/// <summary>By how much a metric may differ from what was recorded, up or down. <c>default</c>: not at all.</summary>
/// <param name="Amount">Not negative; in the unit of the metric, or as a part of the recorded value, 0.01 being one in a hundred.</param>
/// <param name="IsRelative">Whether it is a part.</param>
public readonly record struct MetricTolerance(double Amount, bool IsRelative)
{
    /// <summary>Reads <c>0.01</c>, in the unit of the metric, or <c>1%</c> of its recorded value. <c>inf</c>: it may have any value.</summary>
    /// <exception cref="VersioningException">It is none.</exception>
    public static MetricTolerance Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        bool isRelative = text.EndsWith('%');
        string number = isRelative ? text[..^1] : text;
        double amount = number == "inf" ? double.PositiveInfinity
            : double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out double parsed) && double.IsFinite(parsed) ? parsed
            : -1;
        return amount >= 0
            ? new MetricTolerance(isRelative ? amount / 100 : amount, isRelative)
            : throw new VersioningException("invalid_option", $"'{text}' is not a tolerance.", "Give a number that is not negative, such as 0.01, or a part of the recorded value, such as 1%.");
    }

    /// <summary>Whether a value is within it.</summary>
    internal bool Holds(double recorded, double measured)
    {
        double allowed = Amount == 0 ? 0 : double.IsInfinity(Amount) ? double.PositiveInfinity : (IsRelative ? Amount * Math.Abs(recorded) : Amount) + Slack(recorded, measured);
        return Math.Abs(measured - recorded) <= allowed;
    }

    /// <inheritdoc/>
    public override string ToString() => IsRelative ? $"{(Amount * 100).ToString("R", CultureInfo.InvariantCulture)}%" : Amount.ToString("R", CultureInfo.InvariantCulture);

    // 0.91 is 0.01 above 0.9 for whoever writes it, and a little more for the processor.
    private static double Slack(double one, double other)
    {
        double larger = Math.Max(Math.Abs(one), Math.Abs(other));
        return 4 * (Math.BitIncrement(larger) - larger);
    }
}
