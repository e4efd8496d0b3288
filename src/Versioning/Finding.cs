namespace Versioning;

/// <summary>How a check of a store came out.</summary>
public enum FindingStatus
{
    /// <summary>As it should be.</summary>
    Fine = 0,

    /// <summary>Usable, but not all of it or not well.</summary>
    Warning = 1,

    /// <summary>A store here can't be relied on, or not be used.</summary>
    Failed = 2,
}

/// <summary>What one check of a store found.</summary>
/// <param name="Check">A stable name: <c>reach</c>, <c>store</c>, <c>create</c>, <c>read</c>, <c>list</c>, <c>delete</c>, <c>race</c>, <c>listing</c>, <c>ranges</c>, <c>clock</c>, <c>throughput</c>, <c>cleanup</c>.</param>
/// <param name="Status">How it came out.</param>
/// <param name="Found">What was found, for people.</param>
/// <param name="Remedy">What to do, or null where nothing has to be done.</param>
public sealed record Finding(string Check, FindingStatus Status, string Found, string? Remedy = null);
