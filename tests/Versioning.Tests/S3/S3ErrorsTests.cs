using NUnit.Framework;
using Versioning.S3;

namespace Versioning.Tests.S3;

[TestFixture]
internal sealed class S3ErrorsTests
{
    [TestCase(1, "once")]
    [TestCase(2, "2 times")]
    public void Attempts_AreCountedAsOneSpeaks(int attempts, string expected)
    {
        var inner = new IOException("The connection was closed.");
        Assert.That(S3Errors.BrokenOff("packs/x", "s3://b", 3, 10, attempts - 1, inner).Message, Is.EqualTo($"'packs/x' in s3://b: reading broke off {expected}; 3 of 10 bytes came. The connection was closed."));
        Assert.That(S3Errors.BeingWritten("packs/x", "s3://b", attempts, inner).Message, Is.EqualTo($"'packs/x' in s3://b: another write of it was under way {expected}."));
    }
}
