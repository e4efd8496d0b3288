using System;
using System.Collections.Generic;
using Versioning.Workspaces;

namespace Versioning.Generators;

/// <summary>A static class: that of a pin, or one that others lie in, or both.</summary>
internal sealed class PinType
{
    /// <summary>The types in it, by name.</summary>
    internal SortedDictionary<string, PinType> Types { get; } = new(StringComparer.Ordinal);

    internal LockedPin? Pin { get; private set; }

    /// <summary>Puts a pin in its place.</summary>
    /// <returns>The pin that has it already, or null.</returns>
    internal LockedPin? Add(IReadOnlyList<string> path, LockedPin pin)
    {
        PinType at = this;
        foreach (string name in path)
        {
            if (!at.Types.TryGetValue(name, out PinType? next))
            {
                at.Types.Add(name, next = new PinType());
            }

            at = next;
        }

        if (at.Pin is { } other)
        {
            return other;
        }

        at.Pin = pin;
        return null;
    }
}
