using System.Runtime.CompilerServices;

namespace Versioning.Journal;

/// <summary>Tags and aliases of an artifact by the versions that they name: who describes many versions goes through them once.</summary>
internal sealed class VersionNames
{
    private static readonly ConditionalWeakTable<ArtifactState, VersionNames> Known = new();

    // By number, and the names of one in their order.
    private readonly KeyValuePair<string, long>[] _tags, _aliases;
    private readonly long? _latest;

    private VersionNames(ArtifactState state)
    {
        _tags = [.. state.Tags.OrderBy(tag => tag.Value)];
        _aliases = [.. state.Aliases.OrderBy(alias => alias.Value)];
        _latest = state.Latest?.Number;
    }

    /// <summary>Those of a state, which never changes.</summary>
    internal static VersionNames Of(ArtifactState state) => Known.GetValue(state, known => new VersionNames(known));

    internal List<string> Tags(long number) => Named(_tags, number);

    /// <summary>The aliases, and <c>latest</c> where it is.</summary>
    internal List<string> Aliases(long number)
    {
        List<string> aliases = Named(_aliases, number);
        if (_latest == number)
        {
            aliases.Add("latest");
        }

        return aliases;
    }

    private static List<string> Named(KeyValuePair<string, long>[] names, long number)
    {
        (int low, int high) = (0, names.Length);
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = names[middle].Value < number ? (middle + 1, high) : (low, middle);
        }

        List<string> found = [];
        for (; low < names.Length && names[low].Value == number; low++)
        {
            found.Add(names[low].Key);
        }

        return found;
    }
}
