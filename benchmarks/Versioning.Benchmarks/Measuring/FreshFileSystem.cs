namespace Versioning.Benchmarks.Measuring;

/// <summary>
/// A new ext4 in a sparse file, mounted while this object lives. On a file system where many files were deleted, ext4
/// creates new ones several times slower, whoever creates them. Needs root.
/// </summary>
internal sealed class FreshFileSystem : IDisposable
{
    private readonly string _image;

    public FreshFileSystem(string folder, string name)
    {
        _image = Path.Combine(folder, name + ".img");
        Mount = Path.Combine(folder, name);
        Directory.CreateDirectory(Mount);
        using (FileStream image = new(_image, FileMode.Create))
        {
            image.SetLength(40L << 30);
        }

        if (!Succeeds("mkfs.ext4 -q -F -E lazy_itable_init=1 \"$IMAGE\" && mount -o loop \"$IMAGE\" \"$MOUNT\""))
        {
            File.Delete(_image);
            throw new UsageException("--fresh makes and mounts a file system: it needs root, mkfs.ext4 and loop devices.");
        }
    }

    public string Mount { get; }

    public void Dispose()
    {
        if (Succeeds("umount \"$MOUNT\""))
        {
            Directory.Delete(Mount);
            File.Delete(_image);
        }
    }

    private bool Succeeds(string command)
    {
        Dictionary<string, string> names = new() { ["IMAGE"] = _image, ["MOUNT"] = Mount };
        return new Shell("/", names, "/dev/null", TimeSpan.FromMinutes(2)).Run(command) == 0;
    }
}
