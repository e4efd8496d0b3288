using System.Text;

namespace Versioning.Capture;

/// <summary>One line of what git lists as changed: modes and content before and after, and the paths.</summary>
/// <param name="OldMode">The mode in the commit, as git writes it; 0 where it is not there.</param>
/// <param name="NewMode">The mode now; 0 where it is gone.</param>
/// <param name="OldId">The content in the commit.</param>
/// <param name="OldPath">The path in the commit.</param>
/// <param name="Path">The path now.</param>
internal sealed record ChangedPath(int OldMode, int NewMode, string OldId, byte[] OldPath, byte[] Path)
{
    private const int RepositoryMode = 160000;

    public bool IsRepository => OldMode == RepositoryMode || NewMode == RepositoryMode;

    public bool IsUnmerged => OldMode == 0 && NewMode == 0;

    public bool WasThere => OldMode != 0;

    public bool IsThere => NewMode != 0;

    /// <summary>Reads the raw format with zero bytes, up to its end or the empty entry before a patch.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static List<ChangedPath> Parse(ReadOnlySpan<byte> raw)
    {
        var changes = new List<ChangedPath>();
        while (!raw.IsEmpty)
        {
            string[] fields = Encoding.ASCII.GetString(Next(ref raw)).Split(' ');
            if (fields is not [[':', .. string oldMode], string newMode, string oldId, _, { Length: > 0 } status])
            {
                throw new InvalidDataException("Git listed changes in a form that is not known.");
            }

            byte[] path = Next(ref raw).ToArray();
            byte[] newPath = status[0] is 'R' or 'C' ? Next(ref raw).ToArray() : path;
            changes.Add(new ChangedPath(Mode(oldMode), Mode(newMode), oldId, path, newPath));
        }

        return changes;
    }

    private static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> raw)
    {
        int end = raw.IndexOf((byte)0);
        if (end < 0)
        {
            throw new InvalidDataException("Git listed changes and stopped within one.");
        }

        ReadOnlySpan<byte> field = raw[..end];
        raw = raw[(end + 1)..];
        return field;
    }

    private static int Mode(string text) => int.TryParse(text, out int mode) ? mode : throw new InvalidDataException($"Git listed the mode '{text}', which is none.");
}
