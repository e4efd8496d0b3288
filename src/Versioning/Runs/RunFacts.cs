using System.Text;
using Versioning.Canonical;
using Versioning.Cards;
using Versioning.Commits;
using Versioning.Journal;

namespace Versioning.Runs;

/// <summary>What a run has told of itself so far. What would make its record too long is refused when it is told: with it, the run could not end. Thread safe.</summary>
internal sealed class RunFacts
{
    /// <summary>The rest of a record is for what is known at its end.</summary>
    private const int MaxLength = VersionRecord.MaxLength / 2;

    /// <summary>What a pin or a number has at most, beside names.</summary>
    private const int Overhead = 64;

    private readonly Lock _lock = new();
    private readonly string _name;
    private readonly VersionFacts _started;
    private readonly List<ArtifactPin> _inputs;
    private readonly Dictionary<string, string> _parameters;
    private readonly Dictionary<string, double> _metrics = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _metadata;
    private int _left = MaxLength;

    /// <param name="name">Of what it is a run.</param>
    /// <param name="started">What is known of it from the start.</param>
    /// <param name="surroundings">Where it runs.</param>
    /// <exception cref="VersioningException">That is too long already.</exception>
    internal RunFacts(string name, VersionFacts started, RunSurroundings surroundings)
    {
        (_name, _started) = (name, started);
        _inputs = [.. started.Inputs];
        _parameters = new(started.Parameters, StringComparer.Ordinal);
        _metadata = new(started.Metadata, StringComparer.Ordinal);
        var run = new RunRecord(default, null, null, surroundings.Command, surroundings.Environment, default, default, RunOutcome.Failed, null, []);
        Take(started.Record(name, ArtifactKind.Run, default, default, run).Encode().Length);
    }

    internal void Used(ArtifactPin pin)
    {
        lock (_lock)
        {
            if (!_inputs.Contains(pin))
            {
                Take(pin.Artifact.Length + Overhead);
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

            if (before is null)
            {
                Take(name, value);
            }

            _parameters[name] = value;
        }
    }

    internal void Metric(string name, double value)
    {
        lock (_lock)
        {
            if (!_metrics.ContainsKey(name))
            {
                Take(name, "");
            }

            _metrics[name] = value;
        }
    }

    internal void Note(string name, string value)
    {
        lock (_lock)
        {
            Take(name, value);
            _metadata[name] = value;
        }
    }

    /// <summary>What the run records.</summary>
    internal VersionFacts Now()
    {
        lock (_lock)
        {
            return _started with
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

    private void Take(string name, string value) => Take(Length(name) + Length(value) + Overhead);

    private static int Length(string text) =>
        Encoding.UTF8.GetByteCount(text) is <= CanonicalReader.MaxText and int length
            ? length
            : throw new VersioningException("text_too_long", $"A text of {text.Length} characters can't be recorded; at most {CanonicalReader.MaxText} bytes are allowed.", "Keep long texts in a file that the run makes, or in its log.");

    private void Take(int length)
    {
        if (length > _left)
        {
            throw new VersioningException("record_too_long", $"{_name} can't record any more: names, parameters, metrics, inputs, environment and message may have {MaxLength} bytes together.", "Keep long texts in a file that the run makes, or in its log.");
        }

        _left -= length;
    }

    private static IReadOnlyList<KeyValuePair<string, T>> Merge<T>(IReadOnlyList<KeyValuePair<string, T>> all, IDictionary<string, T> own) =>
        VersionFacts.Sorted(own.Concat(all).DistinctBy(pair => pair.Key));
}
