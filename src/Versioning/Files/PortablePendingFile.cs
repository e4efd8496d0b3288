using Microsoft.Win32.SafeHandles;

namespace Versioning.Files;

/// <summary>A temporary file by its full path, moved when it is whole.</summary>
internal sealed class PortablePendingFile : PendingFile
{
    private readonly string _temporary;
    private readonly string _final;
    private bool _done;

    public PortablePendingFile(string root, string temporary, string final, byte[] path, long size, FileKind kind)
        : base(root, path)
    {
        _temporary = temporary;
        _final = final;
        Handle = File.OpenHandle(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        try
        {
            RandomAccess.SetLength(Handle, size);
        }
        catch
        {
            Dispose();
            throw;
        }

        if (kind == FileKind.Executable && !OperatingSystem.IsWindows())
        {
            UnixFileMode mode = File.GetUnixFileMode(Handle);
            UnixFileMode execute = (UnixFileMode)(((int)mode & 0x124) >> 2);
            File.SetUnixFileMode(Handle, mode | execute);
        }
    }

    public override SafeFileHandle Handle { get; }

    protected override void CommitCore(bool replace, long mtimeNs)
    {
        ObjectDisposedException.ThrowIf(_done, this);
        if (mtimeNs != 0)
        {
            File.SetLastWriteTimeUtc(Handle, DateTime.UnixEpoch.AddTicks(mtimeNs / 100));
        }

        Handle.Dispose();
        try
        {
            if (replace)
            {
                CacheFiles.AllowRemoval(_final);
            }

            File.Move(_temporary, _final, replace);
            _done = true;
        }
        catch (IOException) when (File.Exists(_final) || Directory.Exists(_final))
        {
            throw TargetErrors.Exists(FinalPath);
        }
    }

    protected override void Dispose(bool disposing)
    {
        Handle.Dispose();
        if (!_done)
        {
            _done = true;
            File.Delete(_temporary);
        }
    }
}
