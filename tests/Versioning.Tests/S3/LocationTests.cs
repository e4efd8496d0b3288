using NUnit.Framework;
using Versioning.S3;

namespace Versioning.Tests.S3;

[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed class LocationTests
{
    [TestCase("s3://bucket", "bucket", "", "s3://bucket")]
    [TestCase("s3://bucket/", "bucket", "", "s3://bucket")]
    [TestCase("S3://my.bucket-1/Data", "my.bucket-1", "Data/", "s3://my.bucket-1/Data")]
    [TestCase("s3://bucket/a/B_c/d.e/", "bucket", "a/B_c/d.e/", "s3://bucket/a/B_c/d.e")]
    public void Parse_Location_IsTakenApart(string location, string bucket, string prefix, string shown)
    {
        S3Location place = S3Location.Parse(location);

        Assert.That((place.Bucket, place.Prefix, place.ToString()), Is.EqualTo((bucket, prefix, shown)));
    }

    [TestCase("s3://")]
    [TestCase("s3:///prefix")]
    [TestCase("s3://ab")]
    [TestCase("s3://Bucket")]
    [TestCase("s3://-bucket")]
    [TestCase("s3://bucket.")]
    [TestCase("s3://buck et")]
    [TestCase("s3://bucket//a")]
    [TestCase("s3://bucket//")]
    [TestCase("s3://bucket/a//b")]
    [TestCase("s3://bucket/a/../b")]
    [TestCase("s3://bucket/a b")]
    [TestCase("s3://bucket/%41")]
    [TestCase("s3://bucket/a#b")]
    [TestCase("https://bucket/a")]
    public void Parse_Other_IsRefused(string location) =>
        Assert.That(() => S3Location.Parse(location), Throws.TypeOf<VersioningException>().With.Property(nameof(VersioningException.Code)).EqualTo("invalid_location"));

    [TestCase("s3://key:geheim@bucket/prefix")]
    [TestCase("s3://geheim@bucket")]
    [TestCase("s3://key:ge/geheim@bucket/prefix")]
    [TestCase("s3://key:geheim/prefix")]
    [TestCase("s3://bucket/prefix?X-Amz-Signature=geheim")]
    [TestCase("s3://bucket?token=geheim")]
    public void Parse_Secret_IsRefusedAndNotRepeated(string location)
    {
        VersioningException error = Assert.Throws<VersioningException>(() => S3ObjectStore.Open(location));

        Assert.That(error.Code, Is.EqualTo("secret_in_uri"));
        Assert.That(error.ToString() + error.Hint, Does.Not.Contain("geheim"));
    }

    [Test]
    public void Parse_LongPrefix_EndsWhereS3Does()
    {
        string longest = new('a', 500);
        Assert.That(S3Location.Parse($"s3://bucket/{longest}").Prefix, Is.EqualTo(longest + "/"));
        Assert.That(() => S3Location.Parse($"s3://bucket/{longest}a"), Throws.TypeOf<VersioningException>());
    }
}
