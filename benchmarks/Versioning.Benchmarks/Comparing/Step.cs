namespace Versioning.Benchmarks.Comparing;

/// <summary>What a tool is asked to do, in the order in which it is asked.</summary>
internal enum Operation
{
    FirstCommit,
    Unchanged,
    Rehash,
    SecondCommit,
    Verify,
    Fetch,
    OneFile,
    Stream,
    Diff,
    Refetch,
    Status,
    Restore,
    Build,
}

/// <summary>What lies in the page cache before a command.</summary>
internal enum Warmed
{
    Source,
    Repository,
}

/// <summary>
/// One measured command of a tool, for sh. It may use <c>$T</c> (the tool's own folder), <c>$SRC</c> (the folder with the
/// data), <c>$ONE</c> (one file's path in it), <c>$OUT</c> (a new empty folder) and <c>$KIND</c> (file or dir).
/// </summary>
/// <param name="Operation">What it does.</param>
/// <param name="Command">The command.</param>
/// <param name="Gives">Where a fetch leaves the folder, and where one file is left, in terms of the same names.</param>
/// <param name="Before">A command to run before, not measured.</param>
internal sealed record Step(Operation Operation, string Command, string Gives = "", string Before = "")
{
    public Warmed Warmed => Operation is Operation.Verify or Operation.Fetch or Operation.OneFile ? Warmed.Repository : Warmed.Source;

    /// <summary>Whether what comes later needs it, measured or not.</summary>
    public bool IsCommit => Operation is Operation.FirstCommit or Operation.SecondCommit;

    /// <summary>The operation of a short name, such as <c>first</c>, <c>second</c> or <c>one</c>.</summary>
    public static Operation Parse(string name) =>
        Enum.GetValues<Operation>().Where(operation => name.Length > 0 && $"{operation}".StartsWith(name, StringComparison.OrdinalIgnoreCase)).ToArray() is [Operation one]
            ? one
            : throw new UsageException($"'{name}' is not an operation: first, unchanged, rehash, second, verify, fetch, one.");
}
