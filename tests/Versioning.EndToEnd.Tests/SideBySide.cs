// Each fixture has folders of its own. Waiting for one process leaves time for another.
[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: LevelOfParallelism(3)]
