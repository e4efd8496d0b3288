using NUnit.Framework;
using Versioning.Tests.Servers.Proxy;

namespace Versioning.Tests.Servers;

[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed class ProxiedRequestTests
{
    [TestCase("", 0)]
    [TestCase("1-3", 1)]
    [TestCase("1-3 3-4 5-6", 3)]
    [TestCase("1-5 2-3 4-6", 2)]
    [TestCase("1-2 1-9 3-4 3-8 5-6", 3)]
    [TestCase("1-2 3-0 4-5", 2)]
    [TestCase("5-6 1-2", 2)]
    public void LongestChain_OfRequests_IsWhatSomebodyWaitsFor(string times, int length)
    {
        IEnumerable<ProxiedRequest> requests = times.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(time => time.Split('-').Select(long.Parse).ToArray())
            .Select(time => new ProxiedRequest("GET", "/", "GET", 0, time[0]) { End = time[1] });

        Assert.That(ProxiedRequest.LongestChain(requests), Is.EqualTo(length));
    }

    [TestCase("PUT", "/bucket/store/packs/ab/abcd", "PUT packs")]
    [TestCase("GET", "/bucket?list-type=2&prefix=store%2Fjournal%2F000000000000%2F", "LIST journal")]
    [TestCase("GET", "/account/container?restype=container&comp=list&prefix=store", "LIST ")]
    [TestCase("HEAD", "/account/container/store/format", "HEAD format")]
    public void Kind_OfARequest_IsMethodAndWhatItIsAbout(string method, string target, string kind) =>
        Assert.That(ProxiedRequest.KindOf(method, target), Is.EqualTo(kind));
}
