using System.Globalization;
using System.Text.RegularExpressions;
using Versioning.Cards;

namespace Versioning.Croissants;

/// <summary>What is said of the dataset as a whole: from the caller, else the version's metadata, else its card.</summary>
internal sealed partial class CroissantFacts
{
    private const string DatasetPrefix = "datasets/";

    private CroissantFacts() { }

    internal required string Name { get; init; }

    internal required string Description { get; init; }

    internal required IReadOnlyList<string> Licenses { get; init; }

    /// <summary>Where the files are, with a slash at its end; relative: beside the description.</summary>
    internal required string Url { get; init; }

    internal required string? Creator { get; init; }

    internal required string? Organization { get; init; }

    internal required string? CiteAs { get; init; }

    internal required IReadOnlyList<string> Keywords { get; init; }

    internal required IReadOnlyList<string> Languages { get; init; }

    internal required string Version { get; init; }

    internal required string Pin { get; init; }

    internal required string Published { get; init; }

    internal static CroissantFacts Of(ArtifactVersion version, string? card, CroissantOptions options)
    {
        string name = $"{version.Artifact}@{version.Number}";
        if (version.Kind != ArtifactKind.Dataset)
        {
            string kind = version.Kind == ArtifactKind.Model ? "model" : "run";
            throw new VersioningException("not_a_dataset", $"{name} is a {kind}, and Croissant describes datasets.", "Name a version of a dataset; 'vers ls' lists them.");
        }

        if (version.FileCount == 0)
        {
            throw new VersioningException("croissant_incomplete", $"{name} has no files, and Croissant requires at least one.", "Name a version that has some.");
        }

        FrontMatter matter = FrontMatter.Read(card ?? "");
        IReadOnlyList<string> licenses = LicensesOf(version, matter, options);
        string? description = Given(options.Description) ?? CardText.FirstParagraph(matter.Body) ?? Given(version.Message);
        if (licenses.Count == 0 || description is null)
        {
            (string what, string hint) = (licenses.Count, description) switch
            {
                (0, null) => ("the licence and a description", "Give --license and --description, or say both in a card: 'license: …' in its front matter, and a paragraph."),
                (0, _) => ("the licence", "Give --license, the metadata 'license', or 'license: …' in the front matter of its card."),
                _ => ("a description", "Give --description, a message, or a card with a paragraph."),
            };
            throw new VersioningException("croissant_incomplete", $"Croissant requires {what}, and {name} does not say.", hint);
        }

        return new CroissantFacts
        {
            Name = Given(options.Name) ?? First(matter.Find("pretty_name"))
                ?? (version.Artifact.StartsWith(DatasetPrefix, StringComparison.Ordinal) ? version.Artifact[DatasetPrefix.Length..] : version.Artifact),
            Description = description,
            Licenses = licenses,
            Url = UrlOf(options.Url),
            Creator = Given(options.Creator) ?? (Given(options.Organization) is null ? PersonOf(version.Author) : null),
            Organization = Given(options.Organization),
            CiteAs = Given(options.CiteAs),
            Keywords = matter.Find("tags"),
            Languages = matter.Find("language"),
            Version = VersionOf(version),
            Pin = version.Pin.ToString(),
            Published = version.Created.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        };
    }

    private static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static string? First(IReadOnlyList<string> texts) => texts.Count > 0 ? texts[0] : null;

    private static IReadOnlyList<string> LicensesOf(ArtifactVersion version, FrontMatter matter, CroissantOptions options)
    {
        string? recorded = Given(options.License) ?? Given(version.Metadata.GetValueOrDefault("license")) ?? Given(version.Metadata.GetValueOrDefault("licence"));
        if (recorded is not null)
        {
            return [recorded];
        }

        // Hubs have 'other' with the address or the name elsewhere, and 'unknown'.
        return [.. matter["license"]
            .Select(license => license != "other" ? license : First(matter.Find("license_link")) is { } link && Croissants.Licenses.AddressOf(link) is not null ? link : First(matter.Find("license_name")) ?? "unknown")
            .Where(license => license != "unknown")];
    }

    private static string UrlOf(string? url)
    {
        if (Given(url) is not { } text)
        {
            return "./";
        }

        bool isFolder = Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && !address.IsFile && address.UserInfo.Length == 0 && address.Query.Length == 0 && address.Fragment.Length == 0;
        return isFolder
            ? text.EndsWith('/') ? text : text + "/"
            : throw new VersioningException("invalid_option", "The address of the files is not that of a folder: an absolute address without a user, a query and a fragment.", "Give it as https://host/path/; files are looked for below it.");
    }

    /// <summary>The author without an address, which the description would make public.</summary>
    private static string PersonOf(string author) => author.Split('<')[0].Trim() is { Length: > 0 } name ? name : author;

    /// <summary>
    /// The highest tag that is a semantic version, which is the author's own word; else the number as the major version, as
    /// nothing says that data of the version before can still be had as it was.
    /// </summary>
    private static string VersionOf(ArtifactVersion version) => version.Tags
        .Select(tag => SemanticVersion().Match(tag))
        .Where(match => match.Success)
        .MaxBy(match => (Part(match, 1), Part(match, 2), Part(match, 3)))?.Groups[0].Value.TrimStart('v')
        ?? FormattableString.Invariant($"{version.Number}.0.0");

    private static int Part(Match match, int group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^v?(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})\z")]
    private static partial Regex SemanticVersion();
}
