using System.Collections.Frozen;

namespace Versioning.Capture;

/// <summary>How much a name says about its value.</summary>
internal enum NameStrength
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It may be a credential, and often is a setting: <c>pad_token</c>, <c>primary_key</c>.</summary>
    Weak,

    /// <summary>It is a credential: <c>client_secret</c>, <c>api_key</c>.</summary>
    Strong,
}

/// <summary>Names of credentials, word by word: <c>max_tokens</c> and <c>tokenizer</c> are none, <c>hf_token</c> may be one.</summary>
internal static class SecretNames
{
    // Whoever has a longer name has something else in mind; the end of a name says most about it.
    private const int MaxLength = 256;

    private static readonly FrozenSet<string> Strong = FrozenSet.Create(
        StringComparer.Ordinal,
        "password", "passwords", "passwd", "pwd", "passphrase", "secret", "secrets", "apikey", "apikeys", "accesskey", "secretkey", "privatekey",
        "accountkey", "sharedkey", "signingkey", "connectionstring", "connectionstrings", "connstr", "credential", "credentials", "creds", "bearer", "sas");

    private static readonly FrozenSet<string> StrongPairs = FrozenSet.Create(
        StringComparer.Ordinal,
        "api key", "api keys", "access key", "private key", "account key", "shared key", "signing key", "encryption key", "subscription key",
        "master key", "connection string", "connection strings", "conn str", "db pass", "database pass", "user pass", "smtp pass", "pass phrase", "pass word");

    private static readonly FrozenSet<string> Weak = FrozenSet.Create(StringComparer.Ordinal, "token", "key", "auth", "authorization", "pat", "pass", "signature", "cookie");

    // What is about a credential and not one: secret_name, password_length, num_secret_layers.
    private static readonly FrozenSet<string> About = FrozenSet.Create(
        StringComparer.Ordinal,
        "name", "names", "path", "paths", "file", "files", "dir", "folder", "field", "column", "col", "header", "length", "len", "size", "count", "layers",
        "dim", "dims", "type", "kind", "policy", "env", "var", "variable", "prefix", "required", "enabled", "expires", "expiry", "timeout");

    /// <summary>What a name says; only its words count, however they are joined.</summary>
    public static NameStrength Strength(ReadOnlySpan<char> name)
    {
        name = name.Length > MaxLength ? name[^MaxLength..] : name;
        Span<char> lower = stackalloc char[MaxLength];
        var strength = NameStrength.None;
        string before = "";
        string last = "";
        foreach (Range range in NameWords.Split(name))
        {
            int length = name[range].ToLowerInvariant(lower);
            last = lower[..length].TrimEnd("0123456789").ToString();
            if (Strong.Contains(last) || StrongPairs.Contains($"{before} {last}"))
            {
                strength = NameStrength.Strong;
            }
            else if (strength == NameStrength.None && Weak.Contains(last))
            {
                strength = NameStrength.Weak;
            }

            before = last;
        }

        return About.Contains(last) ? NameStrength.None : strength;
    }
}
