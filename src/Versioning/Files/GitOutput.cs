namespace Versioning.Files;

/// <summary>How a call of git ended.</summary>
/// <param name="ExitCode">What git said; -1 where it took too long or its output was longer than was wanted, and it was ended.</param>
/// <param name="Bytes">What it wrote.</param>
/// <param name="Error">The beginning of what it complained about.</param>
internal sealed record GitOutput(int ExitCode, byte[] Bytes, string Error)
{
    public bool Succeeded => ExitCode == 0;
}
