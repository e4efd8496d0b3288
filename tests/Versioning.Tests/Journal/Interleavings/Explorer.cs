namespace Versioning.Tests.Journal.Interleavings;

/// <summary>What an exploration found.</summary>
/// <param name="Runs">How many executions were begun.</param>
/// <param name="States">How many different states were seen.</param>
/// <param name="Complete">Whether nothing was left out.</param>
/// <param name="Violation">The first violation with the way to it, or null.</param>
/// <param name="Choices">The way to it, as <see cref="Explorer.Replay"/> takes it.</param>
internal sealed record Exploration(long Runs, long States, bool Complete, string? Violation = null, string? Choices = null);

/// <summary>Runs a scenario through its interleavings.</summary>
internal sealed class Explorer(Scenario scenario, Rule off = Rule.None)
{
    /// <summary>A case that needs more is not a small one.</summary>
    private const int MaxRuns = 30_000;

    private readonly StoreBuilder _before = Build(scenario);

    /// <summary>All interleavings, depth first; what is reached a second time is not gone through again.</summary>
    internal Exploration Exhaust()
    {
        var seen = new HashSet<ulong>();
        var path = new List<(int Taken, int Count)>();
        long runs = 0;
        do
        {
            runs++;
            Execution execution = Begin();
            for (int depth = 0; ; depth++)
            {
                List<Choice> choices = execution.Choices();
                if (depth < path.Count)
                {
                    Replayed(choices.Count == path[depth].Count);
                }
                else if (choices.Count == 0 || !seen.Add(execution.Fingerprint()))
                {
                    break;
                }
                else
                {
                    path.Add((0, choices.Count));
                }

                execution.Take(choices[path[depth].Taken]);
                if (execution.Witness.Violation is not null)
                {
                    return Found(execution, runs, seen.Count, path.Take(depth + 1).Select(step => step.Taken));
                }
            }

            Finish(execution);
            if (execution.Witness.Violation is not null)
            {
                return Found(execution, runs, seen.Count, path.Select(step => step.Taken));
            }

            while (path.Count > 0 && path[^1].Taken + 1 == path[^1].Count)
            {
                path.RemoveAt(path.Count - 1);
            }

            if (path.Count > 0)
            {
                path[^1] = (path[^1].Taken + 1, path[^1].Count);
            }
        }
        while (path.Count > 0 && runs < MaxRuns);
        return new(runs, seen.Count, Complete: path.Count == 0);
    }

    /// <summary>Random interleavings, each from a seed of its own.</summary>
    internal Exploration Sample(int firstSeed, int count)
    {
        long steps = 0;
        for (int i = 0; i < count; i++)
        {
            var taken = new List<int>();
            var random = new Random(firstSeed + i);
            Execution execution = Begin();
            while (execution.Witness.Violation is null && execution.Choices() is { Count: > 0 } choices)
            {
                taken.Add(Pick(choices, random));
                execution.Take(choices[taken[^1]]);
            }

            Finish(execution);
            steps += taken.Count;
            if (execution.Witness.Violation is not null)
            {
                Exploration found = Found(execution, i + 1, steps, taken);
                return found with { Violation = $"seed {firstSeed + i}: {found.Violation}" };
            }
        }

        return new(count, steps, Complete: true);
    }

    /// <summary>One interleaving again, from the choices that a violation names.</summary>
    internal Exploration Replay(string choices)
    {
        Execution execution = Begin();
        int[] taken = [.. choices.Split(' ').Select(int.Parse)];
        foreach (int choice in taken)
        {
            execution.Take(execution.Choices()[choice]);
        }

        Finish(execution);
        return Found(execution, 1, taken.Length, taken);
    }

    private static StoreBuilder Build(Scenario scenario)
    {
        var builder = new StoreBuilder();
        scenario.Before(builder);
        return builder;
    }

    /// <summary>Mostly answers: what goes wrong has a budget, and would be used up at the beginning.</summary>
    private static int Pick(List<Choice> choices, Random random)
    {
        bool trouble = random.Next(8) == 0;
        int[] eligible = [.. Enumerable.Range(0, choices.Count).Where(i => trouble || choices[i] is { Move: Move.Step or Move.Land, Verdict: Verdict.Answer })];
        return eligible[random.Next(eligible.Length)];
    }

    private static void Replayed(bool same)
    {
        if (!same)
        {
            throw new InvalidOperationException("The same choices led somewhere else: something is not deterministic.");
        }
    }

    private static void Finish(Execution execution)
    {
        if (execution.Witness.Violation is null && execution.Choices().Count == 0)
        {
            FreshReader.Check(execution);
        }
    }

    private Execution Begin()
    {
        // Continuations run where the scheduler is, not where a test host would like them.
        SynchronizationContext.SetSynchronizationContext(null);
        return new Execution(scenario, _before, off);
    }

    private Exploration Found(Execution execution, long runs, long states, IEnumerable<int> taken)
    {
        string choices = string.Join(' ', taken);
        string violation = $"{scenario.Name} without {off}: {execution.Witness.Violation}{Environment.NewLine}{execution.Log}{Environment.NewLine}choices: {choices}";
        return new(runs, states, Complete: false, violation, choices);
    }
}
