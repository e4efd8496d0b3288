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
