using System.Text.RegularExpressions;

namespace Versioning.Tests.Croissants;

/// <content>Texts of each kind.</content>
internal sealed partial class CroissantSpecification
{
    private static readonly string[] DataTypes = ["sc:Boolean", "sc:Date", "sc:Time", "sc:DateTime", "sc:Float", "sc:Integer", "sc:Text"];

    private static bool IsText(string text, string kind) => kind switch
    {
        Text => text.Length > 0,
        // A relative one is taken from the address of the document.
        Address or "id" => text.Length > 0 && AddressText().IsMatch(text) && Uri.TryCreate(new Uri("http://base.invalid/a/"), text, out Uri? uri) && (uri.Host != "base.invalid" || uri.Fragment.Length == 0),
        "date" => DateText().IsMatch(text),
        "version" => VersionText().IsMatch(text),
        "size" => SizeText().IsMatch(text),
        "media" => MediaText().IsMatch(text),
        "sha256" => Sha256Text().IsMatch(text),
        "type" => DataTypes.Contains(text),
        "shape" => ShapeText().IsMatch(text),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    // RFC 3986 (3987 for letters beyond ASCII): no spaces, no brackets, '%' only before two digits.
    [GeneratedRegex(@"^(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?#\u00A0-\uFFEF]|%[0-9A-Fa-f]{2})+\z")]
    private static partial Regex AddressText();

    [GeneratedRegex(@"^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:Z|[+-][0-9]{2}:[0-9]{2}))?\z")]
    private static partial Regex DateText();

    [GeneratedRegex(@"^(?:0|[1-9][0-9]*)\.(?:0|[1-9][0-9]*)\.(?:0|[1-9][0-9]*)\z")]
    private static partial Regex VersionText();

    [GeneratedRegex(@"^[0-9]+(?: [kMGT]?B)?\z")]
    private static partial Regex SizeText();

    [GeneratedRegex(@"^[a-z]+/[a-z0-9][a-z0-9.+\-]*\z")]
    private static partial Regex MediaText();

    [GeneratedRegex(@"^[0-9a-f]{64}\z")]
    private static partial Regex Sha256Text();

    [GeneratedRegex(@"^-?[0-9]+(?:,-?[0-9]+)*\z")]
    private static partial Regex ShapeText();
}
