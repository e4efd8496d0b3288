namespace Versioning.Tool.Output;

/// <summary>One field of a record.</summary>
/// <param name="Text">What programs get; null where there is nothing.</param>
/// <param name="Shown">What people get on a terminal; default: the same.</param>
/// <param name="Width">Its width on a terminal; negative: to the left, as in composite formats.</param>
/// <param name="Color">Its colour there.</param>
internal readonly record struct Field(string? Text, string? Shown = null, int Width = 0, ConsoleColor? Color = null)
{
    internal string OnTerminal
    {
        get
        {
            string shown = Human.OneLine(Shown ?? Text ?? "");
            return Width < 0 ? shown.PadRight(-Width) : shown.PadLeft(Width);
        }
    }
}
