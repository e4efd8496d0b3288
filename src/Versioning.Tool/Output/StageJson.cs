using System.Text.Json;

namespace Versioning.Tool.Output;

/// <summary>Stages for programs.</summary>
internal static class StageJson
{
    internal static void Write(Utf8JsonWriter json, IEnumerable<StageStatus> statuses)
    {
        json.WriteStartArray("stages");
        foreach (StageStatus status in statuses)
        {
            json.WriteStartObject();
            json.WriteString("stage", status.Stage);
            VersionJson.WriteMap(json, "params", status.Parameters);
            VersionJson.WriteMap(json, "combination", status.Combination);
            json.WriteString("key", status.Key?.ToString());
            json.WriteBoolean("upToDate", status.IsUpToDate);
            json.WriteString("run", status.Run?.Pin.ToString());
            json.WriteStartArray("reasons");
            foreach (StaleReason reason in status.Reasons)
            {
                json.WriteStartObject();
                json.WriteString("kind", Kind(reason.Kind));
                json.WriteString("what", reason.What);
                json.WriteString("before", reason.Before);
                json.WriteString("after", reason.After);
                json.WriteString("text", reason.ToString());
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    internal static void Write(Utf8JsonWriter json, IEnumerable<StageResult> results)
    {
        json.WriteStartArray("stages");
        foreach (StageResult result in results)
        {
            json.WriteStartObject();
            json.WriteString("stage", result.Stage);
            VersionJson.WriteMap(json, "combination", result.Combination);
            json.WriteString("outcome", Outcome(result.Outcome));
            json.WriteString("key", result.Key?.ToString());
            json.WriteString("run", result.Run?.Pin.ToString());
            VersionJson.WriteNames(json, "outputs", result.Outputs.Select(output => output.Pin.ToString()));
            if (result.Error is { } error)
            {
                Failure.Write(json, error);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string Outcome(StageOutcome outcome) => outcome switch
    {
        StageOutcome.UpToDate => "upToDate",
        StageOutcome.Fetched => "fetched",
        StageOutcome.Ran => "ran",
        StageOutcome.Failed => "failed",
        StageOutcome.Cancelled => "cancelled",
        _ => "notRun",
    };

    private static string Kind(StaleReasonKind kind) => kind switch
    {
        StaleReasonKind.NeverRun => "neverRun",
        StaleReasonKind.DataMoved => "dataMoved",
        StaleReasonKind.CodeChanged => "codeChanged",
        StaleReasonKind.ParameterChanged => "parameterChanged",
        StaleReasonKind.DefinitionChanged => "definitionChanged",
        StaleReasonKind.Upstream => "upstream",
        StaleReasonKind.OutputsGone => "outputsGone",
        _ => "forced",
    };
}
