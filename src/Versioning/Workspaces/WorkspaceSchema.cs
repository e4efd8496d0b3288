using Versioning.Files;

namespace Versioning.Workspaces;

/// <summary>The JSON schema of <c>versions.json</c>, which lies beside it: editors find it there, on every machine and without a network.</summary>
internal static class WorkspaceSchema
{
    internal const string FileName = "versions.schema.json";

    /// <summary>What <c>versions.json</c> says of it.</summary>
    internal const string Reference = "./" + FileName;

    /// <summary>Writes it, where another or none is there.</summary>
    internal static void Write(string folder)
    {
        using Stream resource = typeof(WorkspaceSchema).Assembly.GetManifestResourceStream(FileName)!;
        byte[] text = new byte[resource.Length];
        resource.ReadExactly(text);
        string path = Path.Join(folder, FileName);
        if (!File.Exists(path) || !File.ReadAllBytes(path).AsSpan().SequenceEqual(text))
        {
            WholeFile.Write(path, text);
        }
    }
}
