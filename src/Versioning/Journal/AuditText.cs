namespace Versioning.Journal;

/// <summary>Journal entries as sentences.</summary>
internal static class AuditText
{
    internal static IEnumerable<AuditRecord> Describe(JournalEntry entry, Digest hash)
    {
        foreach (JournalOperation operation in entry.Operations)
        {
            (string action, string? artifact, long? number, string text) = operation switch
            {
                PublishOperation p => ("publish", p.Artifact, p.Number, Publish(p)),
                TagOperation t => ("tag", t.Artifact, t.Number, $"tagged {t.Artifact}@{t.Number} as {t.Tag}"),
                AliasOperation { From: { } from } a => ("alias", a.Artifact, a.To, $"moved {a.Artifact}@{a.Alias} from {from} to {a.To}"),
                AliasOperation a => ("alias", a.Artifact, a.To, $"made {a.Artifact}@{a.Alias} name {a.To}"),
                RetireOperation r => ("retire", r.Artifact, r.Number, $"retired {r.Artifact}@{r.Number}"),
                RunOperation r => ("run", r.Name, null, $"started {r.Name} as {RunText.Of(r.Id)}{Start(r)}"),
                PolicyOperation { Conditions.Count: 0 } p => ("policy", p.Artifact, null, $"let any version be {p.Artifact}@{p.Alias}"),
                PolicyOperation p => ("policy", p.Artifact, null, $"demanded of {p.Artifact}@{p.Alias}: {string.Join("; ", p.Conditions)}"),
                KeyOperation { Name: { } name } k => ("key", null, null, $"trusted the key {k.Id} as '{name}'"),
                KeyOperation k => ("key", null, null, $"revoked the key {k.Id}"),
                SignOperation s => ("sign", s.Artifact, s.Number, $"signed {s.Artifact}@{s.Number} with the key {entry.Signature?.Key}"),
                DemandOperation { IsDemanded: true } d => ("demand", About(d), null, $"demanded signatures for {Whom(d)}"),
                DemandOperation d => ("demand", About(d), null, $"demanded signatures for {Whom(d)} no more"),
                CondemnOperation c => ("condemn", null, null, $"condemned {Counts.Of(c.Objects.Count, "pack")}"),
                RelocateOperation r => ("relocate", (string?)null, (long?)null, $"relocated {Counts.Of(r.Moves.Count, "pack")}"),
                _ => throw new InvalidOperationException($"No sentence for {operation.GetType().Name}."),
            };
            yield return new AuditRecord(entry.Sequence, hash, entry.Time, entry.Author, entry.Tool, action, artifact, number, text) { SignedBy = entry.Signature?.Key };
        }
    }

    private static string? About(DemandOperation demand) => demand.Artifacts.EndsWith('/') ? null : demand.Artifacts;

    private static string Whom(DemandOperation demand) => demand.Artifacts == "/" ? "all artifacts" : demand.Artifacts.EndsWith('/') ? $"all of {demand.Artifacts}" : demand.Artifacts;

    private static string Start(RunOperation start)
    {
        RunPlan plan = RunPlan.Decode(start.Plan, $"The plan of a run of {start.Name}");
        string from = plan.Inputs.Count == 0 ? "" : $" from {string.Join(", ", plan.Inputs.Select(i => $"{i.Artifact}@{i.Number}"))}";
        return plan.Machine.Length == 0 ? from : $"{from} on {plan.Machine}";
    }

    private static string Publish(PublishOperation publish)
    {
        VersionRecord record = VersionRecord.Decode(publish.Record, $"The record of {publish.Artifact}@{publish.Number}");
        string from = record.Inputs.Count == 0 ? "" : $" from {string.Join(", ", record.Inputs.Select(i => $"{i.Artifact}@{i.Number}"))}";
        string with = record.Code is { } code ? $" with code {code.Commit[..Math.Min(12, code.Commit.Length)]}{(code.IsDirty ? " (dirty)" : "")}" : "";
        string made = record.Run is not { Outputs.Count: > 0 } did ? "" : $", made {string.Join(", ", did.Outputs.Select(o => $"{o.Artifact}@{o.Number}"))}";
        string why = record.Message.Length == 0 ? "" : $": {record.Message}";
        return record.Run is { } run
            ? $"ended {publish.Artifact}@{publish.Number}, {RunText.Of(run.Outcome)}{made}{from}{with}{why}"
            : $"published {publish.Artifact}@{publish.Number}{from}{with}{why}";
    }
}
