namespace Versioning;

/// <summary>
/// What a Croissant description says that the version does not record, or says otherwise. What is not given is taken from
/// the version and its card; what Croissant requires and nothing says is an error.
/// </summary>
public sealed class CroissantOptions
{
    /// <summary>
    /// The licence: an identifier of SPDX such as <c>CC-BY-4.0</c>, an address, or its name. Default: the metadata <c>license</c>
    /// or <c>licence</c>, else that of the card's front matter; never another one.
    /// </summary>
    public string? License { get; init; }

    /// <summary>
    /// The address of the folder that the files can be had from: theirs are below it. Default: they lie beside the description,
    /// as a fetch puts them into a folder.
    /// </summary>
    public string? Url { get; init; }

    /// <summary>The name of the dataset. Default: <c>pretty_name</c> of the card, else the artifact's name without <c>datasets/</c>.</summary>
    public string? Name { get; init; }

    /// <summary>What it is. Default: the first paragraph of the card, else the version's message.</summary>
    public string? Description { get; init; }

    /// <summary>Who made it, a person. Default: the version's author without an address, unless <see cref="Organization"/> is given.</summary>
    public string? Creator { get; init; }

    /// <summary>The organisation that made it.</summary>
    public string? Organization { get; init; }

    /// <summary>How to cite it, best as BibTeX. Default: nothing is said.</summary>
    public string? CiteAs { get; init; }

    /// <summary>Whether the columns of CSV, TSV, JSON Lines and Parquet files are described. Default: true.</summary>
    public bool RecordSets { get; init; } = true;

    /// <summary>How many files are looked into for that at most; what others in the same folder hold is taken to be the same. Default: 100.</summary>
    public int MaxInspectedFiles { get; init; } = 100;
}
