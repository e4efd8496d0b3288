using Versioning.Storage;

namespace Versioning.Files;

/// <content>What lies in a folder, and how it goes.</content>
internal sealed unsafe partial class PosixTargetFolder
{
    public override IReadOnlyList<TargetItem> List(byte[] folder)
    {
        using DirectoryLease? lease = _directories.TryLease(_directories.Folder(folder), out bool isObstructed);
        if (lease is null)
        {
            return isObstructed ? throw TargetErrors.Exists(folder) : [];
        }

        DirectoryListing listing = DirectoryListing.Read(lease.Value.Handle) ?? throw Posix.Error("Can't list", PathText.Show(folder));
        var items = new List<TargetItem>(listing.Count);
        for (int i = 0; i < listing.Count; i++)
        {
            bool isFolder = listing.TypeOf(i) == EntryType.Directory;
            ReadOnlySpan<byte> name = isFolder ? listing.Name(i)[..^1] : listing.Name(i);
            if (isFolder || !IsTemporaryName(name))
            {
                items.Add(new TargetItem([.. folder, (byte)'/', .. name], isFolder));
            }
        }

        return items;
    }

    public override bool TryRemoveFolder(byte[] path)
    {
        using (DirectoryLease? folder = _directories.TryLease(_directories.Folder(path), out _))
        {
            if (folder is not null)
            {
                AbandonedFiles.Remove(folder.Value.Handle);
            }
        }

        DirectoryNode parent = _directories.Parent(path, out ReadOnlySpan<byte> name);
        using DirectoryLease? lease = _directories.TryLease(parent, out _);
        if (lease is null)
        {
            return true;
        }

        DiskSteps.Before(DiskStep.Remove);
        fixed (byte* p = Posix.Terminated(name, stackalloc byte[256]))
        {
            int errno = Posix.UnlinkAt(lease.Value.Handle, p, Posix.RemoveDirectory) == 0 ? 0 : Posix.LastError;
            return errno switch
            {
                0 or Posix.ENOENT => true,
                Posix.ENOTEMPTY or Posix.EEXIST or Posix.ENOTDIR => false,
                _ => throw Posix.Error("Can't remove the folder", PathText.Show(path), errno),
            };
        }
    }

    public override void Remove(byte[] path)
    {
        CheckPath(path);
        DirectoryNode parent = _directories.Parent(path, out ReadOnlySpan<byte> name);
        using DirectoryLease? lease = _directories.TryLease(parent);
        if (lease is null)
        {
            return;
        }

        DiskSteps.Before(DiskStep.Remove);
        fixed (byte* p = Posix.Terminated(name, stackalloc byte[256]))
        {
            if (Posix.UnlinkAt(lease.Value.Handle, p, 0) != 0 && Posix.LastError is not (Posix.ENOENT or Posix.EISDIR))
            {
                throw Posix.Error("Can't remove", PathText.Show(path));
            }
        }
    }

    public override void RemoveAbandoned()
    {
        foreach (DirectoryNode node in _directories.Written())
        {
            using DirectoryLease? lease = _directories.TryLease(node);
            if (lease is not null)
            {
                AbandonedFiles.Remove(lease.Value.Handle);
            }
        }
    }
}
