using System.Globalization;

namespace Versioning.ML;

internal static class PinText
{
    /// <summary>What a version is called where its digest would only be in the way, such as <c>models/churn@7</c>.</summary>
    internal static string ToShortText(this ArtifactPin pin) => string.Create(CultureInfo.InvariantCulture, $"{pin.Artifact}@{pin.Number}");
}
