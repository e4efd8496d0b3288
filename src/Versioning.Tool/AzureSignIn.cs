using System.Runtime.CompilerServices;
using Azure.Identity;
using Versioning.Azure;

namespace Versioning.Tool;

/// <summary>Lets an Azure store be opened as whoever is signed in: by a managed identity, the environment or <c>az login</c>.</summary>
internal static class AzureSignIn
{
    /// <summary>Gives the location back, ready to be opened. The libraries are loaded for an Azure store only: all else would start slower by them.</summary>
    internal static string Ready(string location)
    {
        if (location.StartsWith("azure://", StringComparison.OrdinalIgnoreCase))
        {
            Register();
        }

        return location;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Register() => AzureObjectStore.DefaultCredential = static () => new DefaultAzureCredential();
}
