namespace Versioning;

/// <summary>What a promotion or a way back did to an alias.</summary>
/// <param name="Alias">The alias, such as <c>production</c>.</param>
/// <param name="Before">What it named; null: nothing.</param>
/// <param name="After">What it names now.</param>
public sealed record PromotionResult(string Alias, ArtifactPin? Before, ArtifactPin After)
{
    /// <summary>Whether the alias moved; it did not where it named that version already.</summary>
    public bool Moved => Before != After;
}

/// <summary>What a version has to meet before an alias is moved to it, whoever moves it.</summary>
/// <param name="Artifact">The artifact.</param>
/// <param name="Alias">The alias.</param>
/// <param name="Conditions">Conditions, all of which have to hold.</param>
public sealed record AliasPolicy(string Artifact, string Alias, IReadOnlyList<string> Conditions);
