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
/// <param name="Before">A command to run before, not measured.</param>
internal sealed record Step(Operation Operation, string Command, string Before = "")
{
    public Warmed Warmed => Operation is Operation.Verify or Operation.Fetch or Operation.OneFile ? Warmed.Repository : Warmed.Source;
}
