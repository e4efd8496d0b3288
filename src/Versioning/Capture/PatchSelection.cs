using System.Text;
using Versioning.Files;

namespace Versioning.Capture;

/// <summary>Of a patch as git writes it, the sections that may be kept.</summary>
internal sealed class PatchSelection(long maxBytes, Action<byte[], LeftOutReason> leaveOut)
{
    private readonly List<(ChangedPath Change, List<PatchSection> Sections)> _kept = [];
    private readonly PathTree _staying = new();
    private long _length;

    /// <summary>Reads and chooses; what is left out takes no memory.</summary>
    /// <exception cref="InvalidDataException">It is not what git writes.</exception>
    public void Read(Stream stream)
    {
        var reader = new PatchStream(stream, maxBytes);
        List<ChangedPath> changes = reader.ReadChanges();
        var sections = new List<PatchSection>();
        int at = -1;
        foreach (PatchSection section in reader.ReadSections())
        {
            // A file that became a link has two sections, a file that only looked changed none.
            if (at < 0 || Header(changes[at]) != section.Header)
            {
                Judge(changes, at, sections);
                at = changes.FindIndex(at + 1, change => Header(change) == section.Header);
                if (at < 0)
                {
                    throw new InvalidDataException("Git wrote a section of a patch for a file that it did not list.");
                }

                sections = [];
            }

            sections.Add(HunkHeads.Strip(section));
        }

        Judge(changes, at, sections);
    }

    /// <summary>The patch of what was kept.</summary>
    public byte[] Join()
    {
        while (_kept.RemoveAll(IsBlocked) > 0)
        {
            // What went may in turn block others.
        }

        using var patch = new MemoryStream();
        foreach (PatchSection section in _kept.SelectMany(kept => kept.Sections))
        {
            patch.Write(section.Bytes.Span);
        }

        return patch.ToArray();
    }

    private void Judge(List<ChangedPath> changes, int at, List<PatchSection> sections)
    {
        if (at < 0)
        {
            return;
        }

        ChangedPath change = changes[at];
        long length = sections.Sum(section => (long)section.Bytes.Length);
        LeftOutReason? reason = sections.Exists(section => section.IsCut) || _length + length > maxBytes
            ? LeftOutReason.TooLong
            : sections.Select(section => Reason(change, section.Bytes.Span)).FirstOrDefault(found => found is not null);
        if (reason is { } why)
        {
            LeaveOut(change, why);
            return;
        }

        _length += length;
        _kept.Add((change, sections));
    }

    private static LeftOutReason? Reason(ChangedPath change, ReadOnlySpan<byte> section)
    {
        if (change.IsRepository)
        {
            return section.TrimEnd((byte)'\n').EndsWith("-dirty"u8) ? LeftOutReason.Repository : null;
        }

        // A renamed file's old name counts too: lines of it are in the patch.
        return Secrets.IsSecretFile(Encoding.UTF8.GetString(change.OldPath)) ? LeftOutReason.SecretFile : PatchScan.Look(section, Encoding.UTF8.GetString(change.Path));
    }

    private void LeaveOut(ChangedPath change, LeftOutReason reason)
    {
        leaveOut(change.Path, reason);
        if (change.WasThere)
        {
            _staying.Add(change.OldPath);
        }
    }

    private bool IsBlocked((ChangedPath Change, List<PatchSection> Sections) kept)
    {
        ChangedPath change = kept.Change;
        bool isNew = change.IsThere && (!change.WasThere || !change.OldPath.AsSpan().SequenceEqual(change.Path));
        if (!isNew || !_staying.IsInTheWayOf(change.Path))
        {
            return false;
        }

        LeaveOut(change, LeftOutReason.InTheWay);
        return true;
    }

    private static string Header(ChangedPath change) => $"diff --git {GitQuoting.Quote("a/", change.OldPath)} {GitQuoting.Quote("b/", change.Path)}";
}
