using Versioning;
using Versioning.Storage;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Says where one store of an application lies. The last that is said counts, and before what the configuration says.</summary>
public sealed class VersioningBuilder
{
    internal VersioningBuilder(IServiceCollection services, string name) => (Services, Name) = (services, name);

    /// <summary>What the store is registered in.</summary>
    public IServiceCollection Services { get; }

    /// <summary>The store's name, under which its options and its service are found; empty for the one without.</summary>
    public string Name { get; }

    /// <summary>A store in a directory.</summary>
    /// <param name="path">The directory, relative to the current one.</param>
    public VersioningBuilder UseLocalDisk(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return UseStore(_ => new LocalDiskStore(path));
    }

    /// <summary>A store at a path or URI.</summary>
    /// <param name="location">As <see cref="VersioningOptions.Location"/>.</param>
    public VersioningBuilder UseLocation(string location)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(location);
        return Configure(options => (options.Location, options.Objects) = (location, null));
    }

    /// <summary>A store of these objects. Packages with backends of their own extend this class by calling this.</summary>
    /// <param name="create">Called once, when the store is first asked for; does no input or output. What it returns is disposed with the store.</param>
    public VersioningBuilder UseStore(Func<IServiceProvider, ObjectStore> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        return Configure(options => options.Objects = create);
    }

    private VersioningBuilder Configure(Action<VersioningOptions> configure)
    {
        Services.Configure(Name, configure);
        return this;
    }
}
