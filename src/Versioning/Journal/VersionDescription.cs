namespace Versioning.Journal;

/// <summary>What users see of a version.</summary>
internal static class VersionDescription
{
    internal static ArtifactVersion Create(string artifact, ArtifactState state, PublishedVersion version, VersionRecord record, ArtifactPin? madeBy)
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
            MadeBy = madeBy,
            Run = record.Run is { } run ? Describe(run) : null,
        };
    }

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
