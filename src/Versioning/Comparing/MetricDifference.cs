using System.Globalization;

namespace Versioning.Comparing;

/// <summary>By how much one metric is above another.</summary>
internal static class MetricDifference
{
    // Seventeen digits from here to there are within those that a decimal holds.
    private const double Least = 1e-10, Most = 1e15;

    /// <summary>The difference as people compute it, 0.95 - 0.9 = 0.05, where decimals allow that; else that of the doubles. Null where either is missing, or no number can say it.</summary>
    internal static double? Between(string? from, string? to)
    {
        if (from is null || to is null)
        {
            return null;
        }

        (double before, double after) = (Double(from), Double(to));
        double difference = IsMedium(before) && IsMedium(after) ? (double)(Decimal(to) - Decimal(from)) : after - before;
        return double.IsFinite(difference) ? difference : null;
    }

    private static double Double(string text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);

    private static decimal Decimal(string text) => decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);

    private static bool IsMedium(double value) => value == 0 || Math.Abs(value) is >= Least and < Most;
}
