namespace Versioning.Benchmarks;

/// <summary>The command line cannot be followed, or this machine lacks what it asks for.</summary>
internal sealed class UsageException(string message) : Exception(message);
