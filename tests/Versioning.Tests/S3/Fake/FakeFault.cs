namespace Versioning.Tests.S3.Fake;

/// <summary>What goes wrong with a request. Those that end in "After" have done what was asked.</summary>
internal enum FakeFault
{
    None,
    SlowDown,
    SlowDownAfter,
    InternalError,
    InternalErrorAfter,

    /// <summary>A write of the same key is under way.</summary>
    Conflict,

    /// <summary>The connection breaks when the whole request was taken.</summary>
    Reset,
    ResetAfter,

    /// <summary>No answer, for ever.</summary>
    Silence,
    SilenceAfter,

    /// <summary>The connection breaks in the middle of the answer.</summary>
    Truncated,

    /// <summary>The answer stops in the middle, for ever.</summary>
    Stalled,

    /// <summary>One bit of the answer is another.</summary>
    WrongBytes,

    /// <summary>What is sent is cut to its half, as if that were all.</summary>
    NoXml,
    Denied,

    /// <summary>Refused, and what would say so stops in the middle, for ever.</summary>
    DeniedButStalled,

    /// <summary>The server's clock is another.</summary>
    Skewed,
    NoBucket,
}

/// <summary>The kinds of request.</summary>
internal enum FakeKind { Put, Get, Head, List, Delete }

/// <summary>One request as it came in.</summary>
/// <param name="Kind">What is asked for.</param>
/// <param name="Key">The key in the bucket, or the prefix of a list.</param>
/// <param name="Range">The range header, or null.</param>
/// <param name="Authorization">The signature's header.</param>
/// <param name="PayloadHash">What the signature says about the body.</param>
internal sealed record FakeRequest(FakeKind Kind, string Key, string? Range, string Authorization, string PayloadHash);
