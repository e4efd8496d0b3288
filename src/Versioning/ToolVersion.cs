namespace Versioning;

/// <summary>What is recorded as the software that wrote something.</summary>
internal static class ToolVersion
{
    internal static readonly string Text = $"Versioning {typeof(ToolVersion).Assembly.GetName().Version?.ToString(3)}";
}
