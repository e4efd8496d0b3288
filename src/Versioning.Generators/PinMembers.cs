using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Microsoft.CodeAnalysis.CSharp;
using Versioning.Workspaces;

namespace Versioning.Generators;

/// <summary>What is said of a pin in C#, all of it constant.</summary>
internal static class PinMembers
{
    internal static readonly string[] Names = ["Name", "Artifact", "Requested", "Number", "Digest", "Manifest", "Files", "Bytes", "Reference"];

    private static readonly string[] Remarks =
    [
        "What it is called in versions.json.",
        "The artifact.",
        "What was asked for.",
        "The number of the version.",
        "The digest of the version.",
        "The digest of its manifest.",
        "How many files it has.",
        "How many bytes they have.",
        "Exactly this version, for all that takes a reference.",
    ];

    internal static IEnumerable<(string Name, string Type, string Value, string Remark)> Of(LockedPin pin)
    {
        object[] values = [pin.Name, pin.Artifact, pin.Requested, pin.Number, pin.Digest, pin.Manifest, pin.Files, pin.Bytes, Reference(pin)];
        return values.Select((value, i) => value is long number
            ? (Names[i], "long", number.ToString(CultureInfo.InvariantCulture), Remarks[i])
            : (Names[i], "string", SymbolDisplay.FormatLiteral((string)value, quote: true), Remarks[i]));
    }

    internal static string Reference(LockedPin pin) => $"{pin.Artifact}@{pin.Number.ToString(CultureInfo.InvariantCulture)}#{pin.Digest}";
}
