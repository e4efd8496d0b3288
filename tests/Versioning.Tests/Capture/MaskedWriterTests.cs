using CsCheck;
using NUnit.Framework;
using Versioning.Capture;
using Versioning.Tests.Properties;

namespace Versioning.Tests.Capture;

/// <summary>None of these is a credential; parts are joined so that scanners of source code pass them by.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class MaskedWriterTests
{
    private const string Random40 = "a8Kd02mXq4Zt7Lw1Rc9Vb3Nf6Ys5Hj2Pg8Tk4Em1";
    private const string Token = "gh" + "p_" + Random40;
    private const string Key = "-----BEGIN RSA " + "PRIVATE KEY-----";
    private const string KeyEnd = "-----END RSA " + "PRIVATE KEY-----";
    private const string Value = "correct horse";

    private static readonly SecretValues Values = new(
    [
        new("DB_PASSWORD", Value), new("CLIENT_SECRET", "horse-and-cart"), new("API_KEY", "short"), new("HOME", "/home/ada"), new("TOKEN", "no random text"),
        new("SIGNING_KEY", "first line of it\nsecond line of it\n"),
        new("LONG_SECRET", Long),
    ]);

    private static string Long => string.Concat(Enumerable.Range(0, 1000).Select(number => $"{number:x4}"));

    [TestCase("no secrets\n", "no secrets\n")]
    [TestCase("a " + Value + " b\n", "a *** b\n")]
    [TestCase("by correct horse-and-cart", "by ***", Description = "two that overlap")]
    [TestCase("short /home/ada no random text", "short /home/ada no random text")]
    [TestCase("second line of it", "***")]
    [TestCase("use " + Token + ", please\r\nnext", "use ***, please\r\nnext")]
    [TestCase("10% " + Token + "\r20% x", "10% ***\r20% x")]
    [TestCase("redis://:" + "hunter2@localhost\nb@c", "redis://:***@localhost\nb@c")]
    [TestCase("a\n" + Key + "\nMIIEpQIBAAKCAQEA\nKg==\n" + KeyEnd + "\nb\n", "a\n***\nb\n")]
    [TestCase(Key + "\r\nProc-Type: 4,ENCRYPTED\r\n\r\nMIIEpQIBAAKCAQEA\r\nepoch 1\r\n", "***\nepoch 1\r\n", Description = "one that does not end")]
    [TestCase("12:01 info " + Key + "\n12:01 info MIIEpQIBAAKCAQEA\n12:01 info " + KeyEnd + "\n12:02 info b\n", "12:01 info ***\n12:02 info b\n")]
    [TestCase("{\"key\": \"" + Key + "\\nMIIE\\n" + KeyEnd + "\"}\nepoch\n", "{\"key\": \"***\nepoch\n")]
    [TestCase("-----BEGIN PUBLIC KEY-----\nno PRIVATE KEY\nb\n", "-----BEGIN PUBLIC KEY-----\nno PRIVATE KEY\nb\n")]
    public void Write_InOneOrCutAnywhere_IsMasked(string text, string masked)
    {
        Assert.That(Masked([text]), Is.EqualTo(masked));
        Assert.That(Masked(text.Select(c => c.ToString())), Is.EqualTo(masked), "character by character");
        for (int at = 1; at < text.Length; at++)
        {
            Assert.That(Masked([text[..at], text[at..]]), Is.EqualTo(masked), $"cut at {at}");
        }
    }

    [Test]
    public void Write_LineThatGoesOn_IsMaskedInBoundedMemory()
    {
        string filler = new(' ', 1023);
        IEnumerable<string> parts = [.. Enumerable.Repeat(filler, 50), Value, " ", Token, .. Enumerable.Repeat("x", 300), .. Enumerable.Repeat(filler, 500), Long, filler, Token];
        string text = string.Concat(parts);
        string expected = Secrets.MaskText(text.Replace(Value, "***", StringComparison.Ordinal)).Replace(Long, "*********", StringComparison.Ordinal);
        Assert.That(Masked(parts), Is.EqualTo(expected));
        Assert.That(Masked([text]), Is.EqualTo(expected));
        var passed = new StringWriter();
        using var writer = new MaskedWriter(passed, Values);
        writer.Write(text);
        Assert.That(text.Length - passed.ToString().Length, Is.LessThan(2 * MaskedWriter.BufferLength));
    }

    [TestCase(0)]
    [TestCase(60 * 1024)]
    [TestCase(66 * 1024)]
    public void Write_TokenThatGoesOn_IsMaskedToItsEnd(int before)
    {
        string lead = string.Concat(Enumerable.Repeat("word ", before / 5));
        string text = lead + Token + new string('a', 3 * MaskedWriter.BufferLength) + " and on\n";
        Assert.That(Masked([text]), Is.EqualTo(lead + "*** and on\n"));
        Assert.That(Masked(text.Chunk(1000).Select(part => new string(part))), Is.EqualTo(lead + "*** and on\n"));
    }

    [Test]
    public void Write_KeyInALineThatGoesOn_IsMaskedToItsEnd()
    {
        string lead = string.Concat(Enumerable.Repeat("word ", 11_000));
        string text = lead + Key + new string('A', 3 * MaskedWriter.BufferLength) + "\n" + new string('B', 3 * MaskedWriter.BufferLength) + "\n" + KeyEnd + "\nb\n";
        Assert.That(Masked([text]), Is.EqualTo(lead + "***\nb\n"));
        Assert.That(Masked(text.Chunk(1000).Select(part => new string(part))), Is.EqualTo(lead + "***\nb\n"));
    }

    [Test]
    public void Write_AnyText_IsMaskedAsItsLinesAre()
    {
        Gen<string> piece = Gen.OneOf(
            Mutation.OneOf(Token, "redis://:hunter2@x", "Bearer " + Random40, "sk-", "eyJ", "://", ";pwd=", "\n", "\r", "\n", " ", "a", "-----BEGIN "),
            Gen.String[Gen.Char[' ', '~'], 0, 20],
            Gen.Int[0, 15].Select(length => " " + new string('b', length * 1024)));
        Gen.Select(piece.Array[1, 15].Select(string.Concat), Gen.Int[1, 9000]).SampleSeeded(
            sample =>
            {
                (string text, int cut) = sample;
                string whole = Masked([text]);
                Assert.That(whole, Is.EqualTo(string.Concat(Lines(text).Select(Secrets.MaskText))));
                Assert.That(Masked(text.Chunk(cut).Select(part => new string(part))), Is.EqualTo(whole));
            },
            iterations: 100);
    }

    [Test]
    public void Flush_UnfinishedLine_IsKeptBackUntilTheEnd()
    {
        var passed = new StringWriter();
        using (var writer = new MaskedWriter(passed, Values))
        {
            writer.WriteLine("a");
            writer.Write("correct ");
            writer.Flush();
            Assert.That(passed.ToString(), Is.EqualTo("a\n"));
            writer.Write("horse");
        }

        Assert.That(passed.ToString(), Is.EqualTo("a\n***"));
    }

    private static IEnumerable<string> Lines(string text)
    {
        for (int start = 0, end; start < text.Length; start = end)
        {
            int length = text.AsSpan(start).IndexOfAny('\r', '\n');
            end = length < 0 ? text.Length : start + length + 1;
            yield return text[start..end];
        }
    }

    private static string Masked(IEnumerable<string> parts)
    {
        var passed = new StringWriter();
        using (var writer = new MaskedWriter(passed, Values))
        {
            foreach (string part in parts)
            {
                writer.Write(part);
            }
        }

        return passed.ToString();
    }
}
