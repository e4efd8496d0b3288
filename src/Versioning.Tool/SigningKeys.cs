namespace Versioning.Tool;

/// <summary>Which key signs, and whom the store must trust: options, else variables of the environment.</summary>
internal static class SigningKeys
{
    private const string KeyVariable = "VERSIONING_SIGNING_KEY", PassphraseVariable = "VERSIONING_SIGNING_PASSPHRASE", TrustedVariable = "VERSIONING_TRUSTED_KEYS";

    /// <summary>The key that signs; null: none was given.</summary>
    internal static SigningKey? Find(string? option) =>
        option is "" ? throw new VersioningException("usage", "--key names no file.", "Leave it out to sign nothing, or name the PEM file of a private key.")
        : (option ?? Variable(KeyVariable)) is { } path ? Read(path)
        : null;

    /// <summary>A private key in a file, its passphrase from the environment or asked for.</summary>
    internal static SigningKey Read(string path) =>
        SigningKey.FromPemFile(path, IsEncrypted(path) ? Passphrase($"Passphrase of {path}: ") : null);

    /// <summary>Whether a file has a private key in it.</summary>
    internal static bool IsPrivate(string path) => Has(path, "PRIVATE KEY-----");

    /// <summary>The keys, one of which the store must have trusted first; none: whatever it trusts. What is given and names nothing does not say that.</summary>
    internal static IReadOnlyList<Digest> Trusted(string[]? options)
    {
        string[]? named = options is { Length: > 0 } ? options : Variable(TrustedVariable)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return [.. (named is [] ? [""] : named ?? []).Select(Id)];
    }

    /// <summary>What a key is encrypted with; null where nobody can be asked.</summary>
    internal static string? Passphrase(string prompt)
    {
        if (Variable(PassphraseVariable) is { } variable || Console.IsInputRedirected)
        {
            return Variable(PassphraseVariable);
        }

        Console.Error.Write(prompt);
        var typed = new System.Text.StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key != ConsoleKey.Backspace)
            {
                typed.Append(key.KeyChar);
            }
            else if (typed.Length > 0)
            {
                typed.Length--;
            }
        }

        Console.Error.WriteLine();
        return typed.ToString();
    }

    /// <summary>An id as it stands there, or that of the public key in a file.</summary>
    private static Digest Id(string text) =>
        Digest.TryParse(text, out Digest id) ? id
        : File.Exists(text) ? SigningKey.IdOf(File.ReadAllText(text))
        : throw new VersioningException("usage", $"'{text}' is neither the id of a key nor a file with one, and the store must trust it.", $"Give ids (sha256: and 64 hexadecimal digits, see 'vers key list') or files to --trusted-key or, separated by commas, in {TrustedVariable}.");

    private static bool IsEncrypted(string path) => Has(path, "ENCRYPTED PRIVATE KEY-----");

    private static bool Has(string path, string label) => File.Exists(path) && File.ReadLines(path).Any(line => line.EndsWith(label, StringComparison.Ordinal));

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
