using System.Text.Json;

namespace Versioning.Tool.Output;

/// <summary>What became of making a run again, as JSON.</summary>
internal static class ReproductionJson
{
    internal static void Write(Utf8JsonWriter json, ReproductionReport report)
    {
        json.WriteString("run", report.Run.ToString());
        json.WriteString("verdict", Verdict(report.Verdict));
        json.WriteNumber("exitCode", report.ExitCode);
        json.WriteString("folder", report.Folder);
        json.WriteString("recordedAs", report.RecordedAs?.ToString());
        VersionJson.WriteNames(json, "notes", report.Notes);
        json.WriteStartArray("environment");
        foreach (ReproducedFact fact in report.Environment)
        {
            json.WriteStartObject();
            json.WriteString("name", fact.Name);
            json.WriteString("recorded", fact.Recorded);
            json.WriteString("now", fact.Now);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("outputs");
        foreach (ReproducedOutput output in report.Outputs)
        {
            json.WriteStartObject();
            json.WriteString("pin", output.Pin.ToString());
            json.WriteString("path", output.Path);
            json.WriteBoolean("identical", output.IsIdentical);
            json.WriteBoolean("missing", output.IsMissing);
            json.WriteNumber("differing", output.ChangeCount);
            FileChangeJson.Write(json, output.Changes, withContent: true);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("metrics");
        foreach (ReproducedMetric metric in report.Metrics)
        {
            json.WriteStartObject();
            json.WriteString("name", metric.Name);
            Number(json, "recorded", metric.Recorded);
            Number(json, "measured", metric.Measured);
            json.WriteBoolean("within", metric.IsWithin);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string Verdict(ReproductionVerdict verdict) => verdict switch
    {
        ReproductionVerdict.Identical => "identical",
        ReproductionVerdict.WithinTolerance => "withinTolerance",
        ReproductionVerdict.CommandFailed => "commandFailed",
        _ => "different",
    };

    private static void Number(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number))
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
