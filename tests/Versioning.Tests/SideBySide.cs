using NUnit.Framework;

// Fixtures share nothing and run beside each other, more of them than there are processors: many wait, for a disk or a server.
// Those that change or watch the process say [NonParallelizable]; Architecture/SideBySideTests finds them.
[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: LevelOfParallelism(4)]
