using Versioning.Cards;
using Versioning.Commits;

namespace Versioning.Runs;

/// <summary>What a run has told of itself so far. Thread safe.</summary>
internal sealed class RunFacts(VersionFacts started)
{
    private readonly Lock _lock = new();
    private readonly List<ArtifactPin> _inputs = [.. started.Inputs];
    private readonly Dictionary<string, string> _parameters = new(started.Parameters, StringComparer.Ordinal);
    private readonly Dictionary<string, double> _metrics = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _metadata = new(started.Metadata, StringComparer.Ordinal);

    internal void Used(ArtifactPin pin)
    {
        lock (_lock)
        {
            if (!_inputs.Contains(pin))
            {
                _inputs.Add(pin);
            }
        }
    }

    internal void Parameter(string name, string value)
    {
        lock (_lock)
        {
            if (_parameters.TryGetValue(name, out string? before) && before != value)
            {
                throw new ConflictException("parameter_changed", $"The parameter '{name}' is '{before}' already, not '{value}'.", "A parameter of a run has one value; log what changes as a metric.");
            }

            _parameters[name] = value;
        }
    }

    internal void Metric(string name, double value)
    {
        lock (_lock)
        {
            _metrics[name] = value;
        }
    }

    internal void Note(string name, string value)
    {
        lock (_lock)
        {
            _metadata[name] = value;
        }
    }

    /// <summary>What the run records.</summary>
    internal VersionFacts Now()
    {
        lock (_lock)
        {
            return started with
            {
                Inputs = [.. _inputs],
                Parameters = VersionFacts.Sorted(_parameters),
                Metrics = VersionFacts.Sorted(_metrics.Where(metric => double.IsFinite(metric.Value))),
                Metadata = VersionFacts.Sorted(_metadata),
            };
        }
    }

    /// <summary>What one of its outputs records: the same, with what was said of that output alone.</summary>
    internal static VersionFacts Of(VersionFacts run, CommitOptions output, IReadOnlyList<ArtifactPin> inputs) => run with
    {
        Message = output.Message.Length > 0 ? output.Message : run.Message,
        Inputs = [.. run.Inputs.Concat(inputs).Distinct()],
        Parameters = Merge(run.Parameters, output.Parameters),
        Metrics = Merge(run.Metrics, output.Metrics),
        Metadata = VersionFacts.Sorted(Card.Metadata(output)),
    };

    private static IReadOnlyList<KeyValuePair<string, T>> Merge<T>(IReadOnlyList<KeyValuePair<string, T>> all, IDictionary<string, T> own) =>
        VersionFacts.Sorted(own.Concat(all).DistinctBy(pair => pair.Key));
}
