using System.Collections.Frozen;

namespace Versioning.Capture;

/// <summary>Files whose name says that they hold credentials, whatever is in them.</summary>
internal static class SecretFiles
{
    private static readonly FrozenSet<string> Names = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        ".env", ".envrc", ".npmrc", ".pypirc", ".netrc", "_netrc", ".git-credentials", ".pgpass", ".my.cnf", ".htpasswd", ".dockercfg", ".dockerconfigjson", ".s3cfg", ".boto",
        "id_rsa", "id_dsa", "id_ecdsa", "id_ecdsa_sk", "id_ed25519", "id_ed25519_sk",
        "credentials", "credentials.json", "credentials.yml", "credentials.yaml", "credentials.toml", "credentials.xml", "credentials.ini", "credentials.csv",
        "secrets", "secrets.json", "secrets.yml", "secrets.yaml", "secrets.toml", "secrets.ini", "secrets.xml", "secrets.env",
        "kaggle.json", "application_default_credentials.json", "accesstokens.json", "local.settings.json", "terraform.tfvars", "terraform.tfstate");

    private static readonly string[] Endings =
        [".pem", ".key", ".pfx", ".p12", ".p8", ".ppk", ".jks", ".keystore", ".kdbx", ".publishsettings", ".pubxml.user", ".env", ".tfstate", ".tfstate.backup", ".snk"];

    private static readonly string[] Folders = [".ssh", ".gnupg"];

    // Names that say something only together.
    private static readonly string[] Ends = [".docker/config.json", ".kube/config", ".aws/config"];

    // Beside the real one, without its values.
    private static readonly string[] Templates = [".example", ".sample", ".template", ".dist", ".schema"];

    public static bool IsMatch(ReadOnlySpan<char> path)
    {
        path = path.TrimEnd("/\\");
        int slash = path.LastIndexOfAny('/', '\\');
        ReadOnlySpan<char> name = path[(slash + 1)..];
        return IsSecretName(name) || (slash >= 0 && (LiesInSecretFolder(path[..slash]) || IsSecretEnd(path)));
    }

    private static bool IsSecretName(ReadOnlySpan<char> name)
    {
        if (EndsWithAny(name, Templates) || name.IsEmpty)
        {
            return false;
        }

        return Names.GetAlternateLookup<ReadOnlySpan<char>>().Contains(name)
            || EndsWithAny(name, Endings)
            || Begins(name, ".env.")
            || (Begins(name, "appsettings.") && EndsWithAny(name, [".local.json", ".secret.json", ".secrets.json"]))
            || (EndsWithAny(name, [".json"]) && (Begins(name, "client_secret") || Begins(name, "service-account") || Begins(name, "service_account")));
    }

    private static bool LiesInSecretFolder(ReadOnlySpan<char> folders)
    {
        foreach (Range range in folders.SplitAny('/', '\\'))
        {
            foreach (string folder in Folders)
            {
                if (folders[range].Equals(folder, StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static bool IsSecretEnd(ReadOnlySpan<char> path)
    {
        foreach (string end in Ends)
        {
            int start = path.Length - end.Length;
            if (EndsWithAny(path, [end, end.Replace('/', '\\')]) && (start == 0 || path[start - 1] is '/' or '\\'))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Begins(ReadOnlySpan<char> name, string with) => name.StartsWith(with, StringComparison.OrdinalIgnoreCase);

    private static bool EndsWithAny(ReadOnlySpan<char> name, ReadOnlySpan<string> endings)
    {
        foreach (string ending in endings)
        {
            if (name.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
