using System.CommandLine;
using System.Text.Json;
using Versioning.Tool.Output;

namespace Versioning.Tool.Commands;

/// <summary>Keys that sign, and whom a store trusts.</summary>
internal sealed class KeyCommand : Command
{
    internal KeyCommand()
        : base("key", "Make keys that sign, and say whom the store trusts.")
    {
        Subcommands.Add(new KeyCreateCommand());
        Subcommands.Add(new KeyShowCommand());
        Subcommands.Add(new KeyTrustCommand());
        Subcommands.Add(new KeyRevokeCommand());
        Subcommands.Add(new KeyListCommand());
    }

    internal static void Write(Utf8JsonWriter json, TrustedKey key)
    {
        json.WriteString("id", key.Id.ToString());
        json.WriteString("name", key.Name);
        json.WriteNumber("since", key.Since);
        if (key.Revoked is { } revoked)
        {
            json.WriteNumber("revoked", revoked);
        }
        else
        {
            json.WriteNull("revoked");
        }

        json.WriteString("publicKey", key.PublicKeyPem);
    }
}
