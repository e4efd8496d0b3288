namespace Versioning;

/// <summary>
/// Names a version: <c>name</c> (latest), <c>name@7</c>, <c>name@1.4.0</c> (tag), <c>name@production</c> (alias),
/// <c>name@sha256:…</c> (12 hexadecimal digits or more), or the pin <c>name@7#sha256:…</c>, which must match exactly.
/// </summary>
/// <remarks>Conversion from text never throws; a malformed text is reported when it is resolved. <c>default</c> names nothing.</remarks>
public readonly record struct ArtifactReference(string Text)
{
    /// <summary>Takes the text as it is.</summary>
    public static implicit operator ArtifactReference(string text) => new(text);

    /// <summary>Names exactly that version.</summary>
    public static implicit operator ArtifactReference(ArtifactPin pin) => new(pin?.ToString() ?? "");

    /// <summary>Names exactly that version.</summary>
    public static implicit operator ArtifactReference(ArtifactVersion version) => new(version?.Pin.ToString() ?? "");

    /// <summary>Names exactly the version that was committed.</summary>
    public static implicit operator ArtifactReference(CommitResult result) => new(result?.Pin.ToString() ?? "");

    /// <summary>Refuses a malformed text now instead of when it is resolved; asks no store.</summary>
    /// <exception cref="VersioningException">It is malformed; the message says how it should be.</exception>
    public void EnsureValid() => References.Check(this);

    /// <inheritdoc/>
    public override string ToString() => Text ?? "";
}
