namespace Versioning.Storage.Http;

/// <summary>How long a request may take and how often it is made.</summary>
internal sealed record HttpLimits
{
    internal static readonly HttpLimits Default = new();

    internal TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>From the request to the head of its answer, with connecting and redirects.</summary>
    internal TimeSpan Answer { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Each wait for bytes of a body.</summary>
    internal TimeSpan Stall { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often in a row a request may fail or bring next to nothing.</summary>
    internal int Tries { get; init; } = 5;

    /// <summary>The pause after the first failure; it doubles with each.</summary>
    internal TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest pause that a server may ask for.</summary>
    internal TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(10);

    internal int Connections { get; init; } = 32;

    internal TimeSpan PauseAfter(int failures, TimeSpan? wanted)
    {
        TimeSpan own = FirstPause * Math.Pow(2, failures - 1) * (0.5 + (Random.Shared.NextDouble() / 2));
        TimeSpan pause = wanted > own ? wanted.Value : own;
        return pause < LongestPause ? pause : LongestPause;
    }
}
