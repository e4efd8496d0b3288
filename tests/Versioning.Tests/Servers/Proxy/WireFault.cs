namespace Versioning.Tests.Servers.Proxy;

/// <summary>What happens on the wire to one request. Of those whose name says nothing of the server, it did not see the request.</summary>
internal enum WireFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>503 SlowDown, and the server did nothing.</summary>
    Busy,

    /// <summary>503 SlowDown, and yet the server did it.</summary>
    BusyButDone,

    /// <summary>403, and the server did nothing.</summary>
    Denied,

    /// <summary>200 with a page that is not the server's, as a sign-in page of a network gives it.</summary>
    Foreign,

    /// <summary>The connection is reset behind the whole request, and the server did nothing.</summary>
    Reset,

    /// <summary>The server does it, and the connection is reset instead of the answer.</summary>
    ResetButDone,

    /// <summary>No answer comes, and the server did nothing.</summary>
    Silent,

    /// <summary>The server does it, and no answer comes.</summary>
    SilentButDone,

    /// <summary>The connection ends in the middle of the answer's body.</summary>
    Truncated,

    /// <summary>The answer's body stops in its middle, and the connection stays.</summary>
    Stalled,

    /// <summary>One bit of the answer's body differs.</summary>
    WrongByte,

    /// <summary>One bit of the body that is sent differs.</summary>
    WrongByteSent,
}
