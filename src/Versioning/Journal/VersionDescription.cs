namespace Versioning.Journal;

/// <summary>What users see of a version.</summary>
internal static class VersionDescription
{
    internal static ArtifactVersion Create(string artifact, ArtifactState state, PublishedVersion version, VersionRecord record, ArtifactPin? madeBy, TrustState trust)
    {
        var names = VersionNames.Of(state);
        return new ArtifactVersion
        {
            Pin = new ArtifactPin(artifact, version.Number, version.Digest),
            Kind = record.Kind,
            Content = record.Content,
            FileCount = record.FileCount,
            ByteCount = record.ByteCount,
            Created = record.Created,
            Author = record.Author,
            Message = record.Message,
            Code = record.Code,
            Inputs = record.Inputs,
            Parameters = record.Parameters.ToDictionary(StringComparer.Ordinal),
            Metrics = record.Metrics.ToDictionary(StringComparer.Ordinal),
            Metadata = record.Metadata.ToDictionary(StringComparer.Ordinal),
            Tags = names.Tags(version.Number),
            Aliases = names.Aliases(version.Number),
            Signatures = [.. version.Signatures.Select(mark => Describe(mark, trust))],
            MadeBy = madeBy,
            Run = record.Run is { } run ? Describe(run) : null,
        };
    }

    /// <summary>Names stay; whether a key is still trusted is as of the state that tells.</summary>
    internal static VersionSignature Describe(SignatureMark mark, TrustState trust) =>
        new(mark.Key, trust.Find(mark.Key)?.Name ?? "", mark.Sequence, trust.Trusted(mark.Key) is null);

    private static RunDetails Describe(RunRecord run) => new()
    {
        Id = RunText.Of(run.Id),
        Outcome = run.Outcome,
        ExitCode = run.ExitCode,
        Started = run.Started,
        Ended = run.Ended,
        Command = run.Command,
        Environment = run.Environment.ToDictionary(StringComparer.Ordinal),
        Definition = run.Definition,
        Key = run.Key,
        Outputs = run.Outputs,
    };
}
