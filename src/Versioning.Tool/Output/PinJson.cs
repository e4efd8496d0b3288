using System.Text.Json;

namespace Versioning.Tool.Output;

/// <summary>A pin for programs.</summary>
internal static class PinJson
{
    internal static void Write(Utf8JsonWriter json, PinnedVersion pin)
    {
        json.WriteString("name", pin.Name);
        json.WriteString("requested", pin.Requested.ToString());
        json.WriteString("pin", pin.Pin.ToString());
        json.WriteString("manifest", pin.Manifest.ToString());
        json.WriteNumber("files", pin.Files);
        json.WriteNumber("bytes", pin.Bytes);
    }
}
