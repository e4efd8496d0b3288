using System.Globalization;

namespace Versioning.Journal;

/// <summary>Journal entries as sentences, and the parts that those are made of.</summary>
internal static class AuditText
{
    private const int ShortCommit = 12;

    /// <summary>What <see cref="AuditRecord.Action"/> may be.</summary>
    internal static readonly string[] Actions = ["publish", "run", "tag", "alias", "policy", "key", "sign", "demand", "retire", "condemn", "relocate"];

    /// <param name="entry">The entry.</param>
    /// <param name="hash">Its hash.</param>
    /// <param name="pins">What pins mean in a state that has it folded in.</param>
    internal static IEnumerable<AuditRecord> Describe(JournalEntry entry, Digest hash, KnownPins pins)
    {
        foreach ((int index, JournalOperation operation) in entry.Operations.Index())
        {
            VersionRecord? version = operation is PublishOperation made ? VersionRecord.Decode(made.Record, $"The record of {made.Artifact}@{made.Number}") : null;
            RunPlan? plan = operation is RunOperation start ? RunPlan.Decode(start.Plan, $"The plan of a run of {start.Name}") : null;
            (string action, string? artifact, long? number, string text) = operation switch
            {
                PublishOperation p => ("publish", p.Artifact, p.Number, Publish(p, version!, entry, pins)),
                TagOperation t => ("tag", t.Artifact, t.Number, $"tagged {t.Artifact}@{t.Number} as {t.Tag}"),
                AliasOperation { From: { } from } a => ("alias", a.Artifact, a.To, $"moved {a.Alias} of {a.Artifact} from {from} to {a.To}"),
                AliasOperation a => ("alias", a.Artifact, a.To, $"made {a.Alias} of {a.Artifact} name {a.To}"),
                RetireOperation r => ("retire", r.Artifact, r.Number, $"retired {r.Artifact}@{r.Number}"),
                RunOperation r => ("run", r.Name, null, $"started {r.Name} as {RunText.Of(r.Id)}{From(plan!.Inputs, pins)}{With(plan.Code)}{On(plan.Machine)}"),
                PolicyOperation { Conditions.Count: 0 } p => ("policy", p.Artifact, null, $"let {p.Alias} of {p.Artifact} name any version"),
                PolicyOperation p => ("policy", p.Artifact, null, $"demanded of {p.Alias} of {p.Artifact}: {string.Join("; ", p.Conditions)}"),
                KeyOperation { Name: { } name } k => ("key", null, null, $"trusted the key {k.Id} as '{name}'"),
                KeyOperation k => ("key", null, null, $"revoked the key {k.Id}"),
                SignOperation s => ("sign", s.Artifact, s.Number, $"signed {s.Artifact}@{s.Number} with the key {entry.Signature?.Key}"),
                DemandOperation { IsDemanded: true } d => ("demand", About(d), null, $"demanded signatures for {Whom(d)}"),
                DemandOperation d => ("demand", About(d), null, $"demanded signatures for {Whom(d)} no more"),
                CondemnOperation c => ("condemn", null, null, $"gave up {Counts.Of(c.Objects.Count, "pack")} that nothing needs"),
                RelocateOperation r => ("relocate", (string?)null, (long?)null, $"moved what {Counts.Of(r.Moves.Count, "pack")} held, gave up {Counts.Of(r.Gone.Count, "pack")}"),
                _ => throw new InvalidOperationException($"No sentence for {operation.GetType().Name}."),
            };
            var record = new AuditRecord(entry.Sequence, hash, entry.Time, entry.Author, entry.Tool, action, artifact, number, text)
            {
                Index = index,
                Previous = entry.Previous,
                Pin = number is { } of ? pins.Of(artifact!, of) : null,
                SignedBy = entry.Signature?.Key,
            };
            yield return operation switch
            {
                PublishOperation => record with
                {
                    Message = version!.Message,
                    Code = version.Code,
                    Inputs = version.Inputs,
                    Outputs = version.Run?.Outputs ?? [],
                    RunId = version.Run is { } run ? RunText.Of(run.Id) : null,
                    Outcome = version.Run?.Outcome,
                },
                RunOperation r => record with { Code = plan!.Code, Inputs = plan.Inputs, RunId = RunText.Of(r.Id) },
                TagOperation t => record with { Label = t.Tag },
                AliasOperation a => record with { Label = a.Alias, From = a.From },
                PolicyOperation p => record with { Label = p.Alias, Conditions = p.Conditions },
                _ => record,
            };
        }
    }

    private static string? About(DemandOperation demand) => demand.Artifacts.EndsWith('/') ? null : demand.Artifacts;

    private static string Whom(DemandOperation demand) => demand.Artifacts == "/" ? "all artifacts" : demand.Artifacts.EndsWith('/') ? $"all of {demand.Artifacts}" : demand.Artifacts;

    private static string Publish(PublishOperation publish, VersionRecord record, JournalEntry entry, KnownPins pins)
    {
        string made = record.Run is not { Outputs.Count: > 0 } did ? "" : $", made {string.Join(", ", did.Outputs.Select(o => $"{o.Artifact}@{o.Number}"))}";

        // A copy is published by whoever copies; what it says of itself stays.
        string by = record.Author == entry.Author ? "" : string.Create(CultureInfo.InvariantCulture, $", which {record.Author} made on {record.Created.UtcDateTime:yyyy-MM-dd},");
        string why = record.Message.Length == 0 ? "" : $": {record.Message}";
        return record.Run is { } run
            ? $"ended {publish.Artifact}@{publish.Number}, {RunText.Of(run.Outcome)}{made}{From(record.Inputs, pins)}{With(record.Code)}{why}"
            : $"published {publish.Artifact}@{publish.Number}{by}{From(record.Inputs, pins)}{With(record.Code)}{why}";
    }

    private static string From(IReadOnlyList<ArtifactPin> inputs, KnownPins pins) =>
        inputs.Count == 0 ? "" : $" from {string.Join(", ", inputs.Select(i => pins.NumberOf(i) is { } here ? $"{i.Artifact}@{here}" : $"{i.Artifact}@{i.Number} (of another store)"))}";

    private static string With(CodeCommit? code) =>
        code is null ? "" : $" with code {code.Commit[..Math.Min(ShortCommit, code.Commit.Length)]}{(code.IsDirty ? " (dirty)" : "")}";

    private static string On(string machine) => machine.Length == 0 ? "" : $" on {machine}";
}
