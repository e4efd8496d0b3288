using Azure.Core;
using Versioning.Azure;

namespace Versioning.Tests.Azure;

/// <summary>Sets what the process says of Azure, all else unset, and puts it back.</summary>
internal sealed class AzureEnvironment : IDisposable
{
    private static readonly string[] Names = ["AZURE_STORAGE_CONNECTION_STRING", "AZURE_STORAGE_ACCOUNT", "AZURE_STORAGE_KEY", "AZURE_STORAGE_SAS_TOKEN"];

    private readonly Dictionary<string, string?> _before = Names.ToDictionary(name => name, Environment.GetEnvironmentVariable);
    private readonly Func<TokenCredential>? _credential = AzureObjectStore.DefaultCredential;

    internal AzureEnvironment(params (string Name, string Value)[] variables)
    {
        foreach (string name in Names)
        {
            Environment.SetEnvironmentVariable(name, variables.FirstOrDefault(v => v.Name == name).Value);
        }

        AzureObjectStore.DefaultCredential = null;
    }

    public void Dispose()
    {
        foreach ((string name, string? value) in _before)
        {
            Environment.SetEnvironmentVariable(name, value);
        }

        AzureObjectStore.DefaultCredential = _credential;
    }
}
