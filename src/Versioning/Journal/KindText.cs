namespace Versioning.Journal;

/// <summary>Kinds of artifacts as people and programs see them.</summary>
internal static class KindText
{
    internal static string Of(ArtifactKind kind) => kind switch { ArtifactKind.Model => "model", ArtifactKind.Run => "run", _ => "dataset" };
}
