namespace Versioning.Compression;

/// <summary>Where the parts of a chunk lie for an encoding in planes, before and after.</summary>
internal readonly record struct PlaneLayout(int Width, int Phase, int Length)
{
    internal int Elements => (Length - Phase) / Width;

    internal int ElementBytes => Elements * Width;

    internal int LowBytes => Elements * (Width - 1);

    /// <summary>Stored bytes in front of the frame: the phase and all that is not compressed.</summary>
    internal int FrameStart => 1 + Length - Elements;

    internal static int WidthOf(ChunkEncoding encoding) => encoding == ChunkEncoding.Planes2 ? 2 : 4;
}
