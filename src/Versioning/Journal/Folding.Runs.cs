namespace Versioning.Journal;

/// <content>Runs. The order of the journal decides who holds a key, not a clock: whoever was declared lost can't end any more.</content>
internal static partial class Folding
{
    private static StoreState Start(StoreState state, RunOperation run, long sequence)
    {
        string what = $"starts {run.Name}";
        Require(References.IsArtifactName(run.Name) && References.IsRunName(run.Name), sequence, $"starts a run with the name '{run.Name}'");
        Require(!state.Runs.Open.ContainsKey(run.Id), sequence, $"{what} with the id of an open run");
        _ = RunPlan.Decode(run.Plan, $"The plan of a run in journal entry {sequence}");
        Require(run.Key is not { } key || state.Runs.Holder(key) is null, sequence, $"{what} with a key that an open run holds");
        return state with { Runs = state.Runs.Start(run.Id, new OpenRun(run.Name, sequence, run.Key)) };
    }

    private static StoreState End(StoreState state, PublishOperation publish, RunRecord run, long sequence)
    {
        string what = $"publishes {publish.Artifact}@{publish.Number}";
        bool isOpen = state.Runs.Open.TryGetValue(run.Id, out OpenRun? open) && open.Name == publish.Artifact;
        Require(isOpen, sequence, $"{what}, which is not open");
        Require(open!.Key == run.Key, sequence, $"{what} with another key than it started with");
        foreach (ArtifactPin output in run.Outputs)
        {
            Require(state.Find(output.Artifact)?.Live(output.Number)?.Digest == output.Digest, sequence, $"{what} with the output {output}, which does not live");
        }

        return state with { Runs = state.Runs.End(run, publish.Artifact, publish.Number) };
    }
}
