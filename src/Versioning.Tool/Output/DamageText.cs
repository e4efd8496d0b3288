using System.Text.Json;

namespace Versioning.Tool.Output;

/// <summary>What a verification found, the same everywhere.</summary>
internal static class DamageText
{
    internal static void Write(Utf8JsonWriter json, IReadOnlyList<Damage> damages)
    {
        json.WriteStartArray("damages");
        foreach (Damage damage in damages)
        {
            json.WriteStartObject();
            json.WriteString("object", damage.Object);
            json.WriteString("problem", damage.Problem);
            VersionJson.WriteNames(json, "versions", damage.Versions);
            VersionJson.WriteNames(json, "files", damage.Files);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    internal static void WriteIncoming(Utf8JsonWriter json, VerifyReport report)
    {
        if (report.IncomingUpTo is { } position)
        {
            json.WriteNumber("incomingUpTo", position);
        }
        else
        {
            json.WriteNull("incomingUpTo");
        }
    }

    internal static void Tell(Reply reply, IReadOnlyList<Damage> damages)
    {
        foreach (Damage damage in damages)
        {
            reply.Line($"{damage.Object} {damage.Problem}");
            foreach (string hit in damage.Versions.Concat(damage.Files))
            {
                reply.Line($"  hits {hit}");
            }
        }
    }

    internal static string Verdict(VerifyReport report) => report.IsSound ? "sound" : Human.Count(report.Damages.Count, "damaged object");

    internal static void NoteIncoming(VerifyReport report)
    {
        if (report.IncomingUpTo is { } upTo)
        {
            Reply.Note($"This replica is not up to date: a mirror was bringing entries up to {upTo}. Readers see an earlier state until 'vers mirror' has run to its end.");
        }
    }
}
