using System.Collections.Concurrent;

namespace Versioning.Tests.Signing;

/// <summary>Keys of one run of the tests, by a number.</summary>
internal static class SignedKeys
{
    private static readonly ConcurrentDictionary<byte, SigningKey> Keys = new();

    internal static SigningKey Of(byte number) => Keys.GetOrAdd(number, _ => SigningKey.Create());
}
