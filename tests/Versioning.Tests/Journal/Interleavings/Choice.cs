namespace Versioning.Tests.Journal.Interleavings;

internal enum Move
{
    /// <summary>An actor's operation is answered.</summary>
    Step,

    /// <summary>An actor does nothing any more.</summary>
    Stop,

    /// <summary>A delayed write takes effect.</summary>
    Land,
}

/// <summary>One thing that may happen next.</summary>
/// <param name="Move">What.</param>
/// <param name="Index">Of the actor, or of the delayed write.</param>
/// <param name="Verdict">How an operation is answered.</param>
internal readonly record struct Choice(Move Move, int Index, Verdict Verdict = Verdict.Answer);
