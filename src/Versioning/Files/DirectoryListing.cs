using Microsoft.Win32.SafeHandles;

namespace Versioning.Files;

/// <summary>The names in one directory in the order that gives full paths in byte order.</summary>
/// <remarks>Names lie in one array: a folder of millions of files costs bytes, not objects.</remarks>
internal sealed class DirectoryListing
{
    private byte[] _names = new byte[1024];
    private Entry[] _entries = new Entry[32];
    private int _used;

    public int Count { get; private set; }

    public bool HasIgnoreFile { get; private set; }

    public EntryType TypeOf(int index) => _entries[index].Type;

    /// <summary>The name, with '/' after it where it is a directory's.</summary>
    public ReadOnlySpan<byte> Name(int index) => _names.AsSpan(_entries[index].Offset, _entries[index].Length);

    /// <summary>The name with a zero byte after it.</summary>
    public ReadOnlySpan<byte> TerminatedName(int index) => _names.AsSpan(_entries[index].Offset, _entries[index].Length + 1);

    public void Add(ReadOnlySpan<byte> name, EntryType type)
    {
        if (_used + name.Length + 2 > _names.Length)
        {
            Array.Resize(ref _names, Math.Max(checked(_names.Length * 2), _used + name.Length + 2));
        }

        if (Count == _entries.Length)
        {
            Array.Resize(ref _entries, Count * 2);
        }

        HasIgnoreFile |= type == EntryType.File && name.SequenceEqual(PathFilter.IgnoreFileName);
        int start = _used;
        name.CopyTo(_names.AsSpan(start));
        _used += name.Length;
        if (type == EntryType.Directory)
        {
            // As "name/" a directory sorts where its contents do: 'a-b' before 'a/b' although 'a' is before 'a-b'.
            _names[_used++] = (byte)'/';
        }

        _entries[Count++] = new Entry(start, _used - start, type);
        _names[_used++] = 0;
    }

    public void Sort() =>
        _entries.AsSpan(0, Count).Sort((a, b) =>
            _names.AsSpan(a.Offset, a.Length).SequenceCompareTo(_names.AsSpan(b.Offset, b.Length)));

    /// <summary>Reads a directory. Null: errno says why.</summary>
    public static unsafe DirectoryListing? Read(SafeFileHandle directory)
    {
        // A second descriptor, as the stream moves and closes the one that it is given.
        using SafeFileHandle? copy = Posix.OpenDirectory(directory, "."u8);
        if (copy is null)
        {
            return null;
        }

        nint stream = Posix.OpenStream((int)copy.DangerousGetHandle());
        if (stream == 0)
        {
            return null;
        }

        copy.SetHandleAsInvalid();
        try
        {
            var listing = new DirectoryListing();
            while (true)
            {
                byte* record = Posix.ReadStream(stream);
                if (record is null)
                {
                    break;
                }

                ReadOnlySpan<byte> name = System.Runtime.InteropServices.MemoryMarshal.CreateReadOnlySpanFromNullTerminated(record + 19);
                if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
                {
                    listing.Add(name, TypeOf(directory, name, record[18]));
                }
            }

            if (Posix.LastError != 0)
            {
                return null;
            }

            listing.Sort();
            return listing;
        }
        finally
        {
            _ = Posix.CloseStream(stream);
        }
    }

    private static EntryType TypeOf(SafeFileHandle directory, ReadOnlySpan<byte> name, byte type)
    {
        if (type != 0)
        {
            return type switch
            {
                4 => EntryType.Directory,
                8 => EntryType.File,
                10 => EntryType.Link,
                _ => EntryType.Special,
            };
        }

        // Some file systems don't say in the listing.
        if (!PosixStat.TryRead(directory, Posix.Terminated(name, stackalloc byte[256]), out StatxRecord record))
        {
            return EntryType.File;
        }

        return record.IsDirectory ? EntryType.Directory
            : record.IsFile ? EntryType.File
            : record.IsLink ? EntryType.Link
            : EntryType.Special;
    }

    private readonly record struct Entry(int Offset, int Length, EntryType Type);
}

/// <summary>What a name in a directory is.</summary>
internal enum EntryType : byte
{
    File,
    Directory,
    Link,
    Special,
}
