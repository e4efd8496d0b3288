using System.Buffers;

namespace Versioning.Capture;

/// <summary>A token that a service issues: a prefix, and behind it so many characters of an alphabet.</summary>
/// <param name="Prefix">How it begins; case counts.</param>
/// <param name="Alphabet">What may follow.</param>
/// <param name="Least">How many characters follow at least.</param>
/// <param name="Most">How many follow at most.</param>
/// <param name="Mixed">Whether there must be letters as well as digits behind the prefix, where words could stand there too.</param>
internal sealed record TokenShape(string Prefix, SearchValues<char> Alphabet, int Least, int Most = int.MaxValue, bool Mixed = false)
{
    // Enough of a token to see that it is random.
    private const int MaxLook = 256;

    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private static readonly SearchValues<char> Upper = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
    private static readonly SearchValues<char> Lower = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789");
    private static readonly SearchValues<char> Alphanumeric = SearchValues.Create(Letters + "0123456789");
    private static readonly SearchValues<char> Url = SearchValues.Create(Letters + "0123456789_-");
    private static readonly SearchValues<char> Dotted = SearchValues.Create(Letters + "0123456789_-.");
    private static readonly SearchValues<char> Base64 = SearchValues.Create(Letters + "0123456789+/=_-%");
    private static readonly SearchValues<char> Slashed = SearchValues.Create(Letters + "0123456789/");

    // The shapes are those that public scanners look for.
    public static IReadOnlyList<TokenShape> All { get; } =
    [
        // AWS key ids; the secret beside one has no shape of its own.
        new("AKIA", Upper, 16, 16), new("ASIA", Upper, 16, 16), new("ABIA", Upper, 16, 16), new("ACCA", Upper, 16, 16),

        // GitHub, GitLab.
        new("ghp_", Alphanumeric, 36), new("gho_", Alphanumeric, 36), new("ghu_", Alphanumeric, 36), new("ghs_", Dotted, 36), new("ghr_", Alphanumeric, 36),
        new("github_pat_", Url, 40),
        new("glpat-", Dotted, 20), new("gldt-", Url, 20), new("glrt-", Dotted, 20), new("glptt-", Url, 20), new("glcbt-", Url, 20), new("glft-", Url, 20),
        new("gloas-", Url, 20), new("glsoat-", Url, 20), new("glagent-", Url, 20), new("glimt-", Url, 20),

        // Slack.
        new("xoxb-", Url, 10), new("xoxp-", Url, 10), new("xoxa-", Url, 10), new("xoxr-", Url, 10), new("xoxs-", Url, 10), new("xoxe-", Url, 10), new("xoxe.", Url, 10),
        new("xapp-", Url, 10, Mixed: true), new("hooks.slack.com/services/", Slashed, 20),

        // Hubs and providers of models.
        new("hf_", Alphanumeric, 30), new("api_org_", Alphanumeric, 30),
        new("sk-proj-", Url, 20), new("sk-svcacct-", Url, 20), new("sk-admin-", Url, 20), new("sk-ant-", Url, 20), new("sk-", Url, 32, Mixed: true),
        new("gsk_", Alphanumeric, 40), new("r8_", Alphanumeric, 37), new("nvapi-", Url, 40), new("wandb_v1_", Url, 40), new("dapi", Lower, 32, 34, Mixed: true),

        // Package registries.
        new("npm_", Alphanumeric, 36), new("oy2", Lower, 43, 43), new("pypi-AgE", Url, 40), new("dckr_pat_", Url, 20), new("rubygems_", Lower, 40),

        // Stripe, Google, others.
        new("sk_live_", Alphanumeric, 10), new("sk_test_", Alphanumeric, 10), new("rk_live_", Alphanumeric, 10), new("rk_test_", Alphanumeric, 10), new("whsec_", Base64, 20),
        new("AIza", Url, 35), new("GOCSPX-", Url, 20), new("ya29.", Url, 20),
        new("SG.", Dotted, 40, Mixed: true), new("hvs.", Url, 24), new("AGE-SECRET-KEY-1", Upper, 50),
    ];

    /// <summary>How long the token is that begins there; 0 where there is none.</summary>
    public int Match(ReadOnlySpan<char> text, int at)
    {
        ReadOnlySpan<char> rest = text[at..];
        if (!rest.StartsWith(Prefix, StringComparison.Ordinal) || (at > 0 && Alphanumeric.Contains(text[at - 1]) && Alphanumeric.Contains(Prefix[0])))
        {
            return 0;
        }

        ReadOnlySpan<char> body = rest[Prefix.Length..];
        int length = SpecialShapes.Run(body, Alphabet);
        bool ends = length <= Most && (length == body.Length || !Alphanumeric.Contains(body[length]) || length == SpecialShapes.Far);
        if (length < Least || !ends || (Mixed && !RandomText.LooksRandom(body[..Math.Min(length, MaxLook)])))
        {
            return 0;
        }

        // The one that documentation uses.
        return body[..length].EndsWith("EXAMPLE", StringComparison.Ordinal) ? 0 : Prefix.Length + SpecialShapes.WholeRun(body, Alphabet);
    }
}
