using Microsoft.CodeAnalysis;

namespace Versioning.Generators;

/// <summary>What can be wrong with a lock; each is told in the lock's own line.</summary>
internal static class Diagnostics
{
    private const string Category = "Versioning";

    internal static readonly DiagnosticDescriptor Broken = new(
        "VER001", "versions.lock can't be read", "versions.lock can't be read: {0}", Category, DiagnosticSeverity.Error, true);

    internal static readonly DiagnosticDescriptor Collision = new(
        "VER002", "Two pins have the same name in C#", "'{0}' and '{1}' are both {2} in C#; give one another name with 'vers pin --name'", Category, DiagnosticSeverity.Error, true);

    internal static readonly DiagnosticDescriptor Missing = new(
        "VER003", "There is no versions.lock", "versions.json pins something and there is no versions.lock beside it; run 'vers restore' and commit versions.lock", Category, DiagnosticSeverity.Warning, true);

    internal static readonly DiagnosticDescriptor Several = new(
        "VER004", "There are several versions.lock", "There are several versions.lock; '{0}' is used", Category, DiagnosticSeverity.Error, true);
}
