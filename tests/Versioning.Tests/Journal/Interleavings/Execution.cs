using System.Globalization;
using Versioning.Storage;
using Versioning.Tests.Faults;

namespace Versioning.Tests.Journal.Interleavings;

/// <summary>One execution of a scenario. What happens next is chosen from outside, step by step; nothing else decides anything.</summary>
internal sealed class Execution
{
    private const int MaxSteps = 2000;

    private readonly Dictionary<string, ulong> _origins = new(StringComparer.Ordinal);
    private readonly List<DelayedWrite> _delayed = [];
    private readonly List<Func<string>> _log = [];
    private readonly IReadOnlyList<Actor> _actors;
    private int _lostAnswers, _failedReads, _stops;
    private ulong _store;

    internal Execution(Scenario scenario, StoreBuilder before, Rule off)
    {
        Scenario = scenario;
        Library = new Library(before.Library);
        Witness = new Witness(Library);
        (_lostAnswers, _failedReads, _stops) = (scenario.LostAnswers, scenario.FailedReads, scenario.Stops);
        foreach ((ObjectKey key, byte[] content) in before.Objects)
        {
            _ = Create(key, content, null, 0);
        }

        foreach (ObjectKey key in before.Deleted)
        {
            _ = Delete(key);
        }

        _actors = scenario.Actors(off);
        for (int i = 0; i < _actors.Count; i++)
        {
            _actors[i].Start(this, i);
        }
    }

    internal Scenario Scenario { get; }

    internal Library Library { get; }

    internal Witness Witness { get; }

    internal MemoryStore Objects { get; } = new();

    internal IReadOnlyList<Actor> Actors => _actors;

    /// <summary>What happened so far, a line for each step.</summary>
    internal string Log => string.Join(Environment.NewLine, _log.Select(line => line()));

    /// <summary>
    /// What may happen next; empty at the end. Where an operation can't matter to anyone else, it alone is offered:
    /// doing it now or later leads to the same.
    /// </summary>
    internal List<Choice> Choices()
    {
        var choices = new List<Choice>();
        for (int i = 0; i < _actors.Count; i++)
        {
            if (_actors[i] is { IsAtWork: true, Pending: { } operation } && IsPrivate(operation))
            {
                AddVerdicts(choices, i, operation);
                return choices;
            }
        }

        for (int i = 0; i < _actors.Count; i++)
        {
            if (_actors[i] is { IsAtWork: true, Pending: { } operation })
            {
                AddVerdicts(choices, i, operation);
                if (_stops > 0)
                {
                    choices.Add(new Choice(Move.Stop, i));
                }
            }
        }

        for (int i = 0; i < _delayed.Count; i++)
        {
            choices.Add(new Choice(Move.Land, i));
        }

        return choices;
    }

    internal void Take(Choice choice)
    {
        switch (choice.Move)
        {
            case Move.Step:
                Step(_actors[choice.Index], choice.Verdict);
                break;
            case Move.Stop:
                Actor stopped = _actors[choice.Index];
                _log.Add(() => $"{stopped.Name} stops for ever");
                stopped.Stopped = true;
                _stops--;
                break;
            default:
                DelayedWrite write = _delayed[choice.Index];
                _delayed.RemoveAt(choice.Index);
                _log.Add(() => $"{write.Key}, delayed by {write.Actor.Name}, lands");
                _ = Create(write.Key, write.Content, write.Actor, write.Origin);
                break;
        }

        foreach (Actor actor in _actors)
        {
            Witness.RequireHonest(actor);
        }

        if (_log.Count > MaxSteps)
        {
            Witness.Report("it does not end");
        }
    }

    /// <summary>Equal where everything that can still happen is equal.</summary>
    internal ulong Fingerprint()
    {
        ulong hash = ParkingStore.Mix(_store, (ulong)((((_lostAnswers * 16) + _failedReads) * 16) + _stops));
        foreach (Actor actor in _actors)
        {
            hash = ParkingStore.Mix(hash, actor.Stopped ? ~actor.History : actor.History);
        }

        return ParkingStore.Mix(hash, _delayed.Aggregate(0UL, (sum, write) => sum + ParkingStore.Mix(write.Origin, ParkingStore.HashOf(write.Key.Value))));
    }

    /// <summary>Who made an object and what they knew: stands for its bytes, in which nonces are random.</summary>
    internal ulong OriginOf(ObjectKey key) => _origins.GetValueOrDefault(key.Value);

    internal bool Create(ObjectKey key, ReadOnlyMemory<byte> content, Actor? actor, ulong origin)
    {
        // The memory store answers at once.
        bool created = Objects.CreateAsync(key, content).AsTask().GetAwaiter().GetResult();
        if (created)
        {
            _origins[key.Value] = ParkingStore.Mix(origin, ParkingStore.HashOf(actor?.Name ?? key.Value));
            _store += ParkingStore.Mix(_origins[key.Value], ParkingStore.HashOf(key.Value));
            Witness.Created(key, content);
        }

        return created;
    }

    internal bool Delete(ObjectKey key)
    {
        bool deleted = Objects.DeleteAsync(key).AsTask().GetAwaiter().GetResult();
        if (deleted)
        {
            _store -= ParkingStore.Mix(_origins[key.Value], ParkingStore.HashOf(key.Value));
            _origins.Remove(key.Value);
            Witness.Deleted(key);
        }

        return deleted;
    }

    internal void Delay(DelayedWrite write) => _delayed.Add(write);

    private void Step(Actor actor, Verdict verdict)
    {
        Operation operation = actor.Pending!.Value;
        _log.Add(() => $"{actor.Name}: {operation}{(verdict == Verdict.Answer ? "" : $" → {verdict}")}");
        switch (operation.Kind)
        {
            case StoreOperation.Create or StoreOperation.Delete when verdict != Verdict.Answer:
                _lostAnswers--;
                break;
            case not (StoreOperation.Create or StoreOperation.Delete) when verdict != Verdict.Answer:
                _failedReads--;
                break;
        }

        actor.Step(verdict);
        if (actor.IsAtWork && actor.Pending is null)
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{actor.Name} waits for something that the scheduler does not know, after step {_log.Count}."));
        }

        if (!actor.IsAtWork)
        {
            _log.Add(() => $"{actor.Name} ends: {actor.Ending} {actor.Position}{(actor.Failure is { } failure ? $" ({failure.Message})" : "")}");
        }
    }

    private void AddVerdicts(List<Choice> choices, int actor, Operation operation)
    {
        choices.Add(new Choice(Move.Step, actor));
        if (operation.Kind is StoreOperation.Create or StoreOperation.Delete)
        {
            if (_lostAnswers > 0)
            {
                choices.Add(new Choice(Move.Step, actor, Verdict.Fail));
                bool changes = operation.Kind == StoreOperation.Delete || !_origins.ContainsKey(operation.Key);
                if (changes)
                {
                    choices.Add(new Choice(Move.Step, actor, Verdict.LoseAnswer));
                }

                if (changes && operation.Kind == StoreOperation.Create)
                {
                    choices.Add(new Choice(Move.Step, actor, Verdict.Delay));
                }
            }
        }
        else if (_failedReads > 0)
        {
            choices.Add(new Choice(Move.Step, actor, Verdict.Fail));
        }
    }

    /// <summary>Whether the answer is the same at any later time, and nobody else can see that it was done.</summary>
    private bool IsPrivate(Operation operation)
    {
        bool exists = _origins.ContainsKey(operation.Key);
        return operation.Kind switch
        {
            // For whoever appends to a replica: nobody does here, and the witness looks after every step.
            _ when operation.IsAnnouncement => true,

            // What was written stays as it is; only packs are ever deleted.
            StoreOperation.Read or StoreOperation.Stat => exists && (operation.IsEntry || operation.IsCheckpoint || operation.IsFormat || !Scenario.Collects),
            StoreOperation.Create => exists ? operation.IsEntry || operation.IsCheckpoint || operation.IsFormat : !operation.IsFormat && !operation.IsEntry && !operation.IsCheckpoint && !Scenario.Collects && !_delayed.Exists(write => write.Key.Value == operation.Key),

            StoreOperation.List => operation.IsCheckpoint && Scenario.CheckpointInterval == 0,
            _ => false,
        };
    }
}
