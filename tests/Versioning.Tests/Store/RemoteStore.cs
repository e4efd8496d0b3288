using Versioning.Storage;

namespace Versioning.Tests.Store;

/// <summary>Other objects as if they lay behind a network; they stay the caller's.</summary>
internal sealed class RemoteStore(ObjectStore inner) : PassingStore(inner)
{
    public override bool IsRemote => true;
}
