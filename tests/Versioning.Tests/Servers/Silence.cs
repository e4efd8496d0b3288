namespace Versioning.Tests.Servers;

/// <summary>How long a store under test listens to a server that says nothing.</summary>
internal static class Silence
{
    /// <summary>Where what comes of it is an error in any case: it decides nothing but how long the test takes.</summary>
    internal static readonly TimeSpan BeforeAnError = TimeSpan.FromSeconds(1);

    /// <summary>Where the next try has to succeed, or to reach the server: that one must fit into the same time on a loaded machine too.</summary>
    internal static readonly TimeSpan BeforeAnotherTry = TimeSpan.FromSeconds(4);
}
