using System.Diagnostics.CodeAnalysis;

namespace Versioning.ML;

/// <summary>The version that is live and the one before, with the files of both. One change at a time.</summary>
internal sealed class LiveVersions(VersionWatch watch, ModelSlot slot, VersionedModelOptions options)
{
    /// <summary>The cause of a swap that a reference asked for.</summary>
    internal const string ByReference = "reference";

    private HeldFiles? _live, _before;

    internal ArtifactPin? Live => slot.Live;

    /// <summary>What a way back leads to.</summary>
    internal ArtifactPin? Before => Volatile.Read(ref _before)?.Version;

    /// <summary>Lets another version answer, if it loads and passes the check; its files are taken over either way.</summary>
    internal async Task SwapAsync(LocalVersion files, string cause, CancellationToken cancellationToken)
    {
        var held = new HeldFiles(files);
        try
        {
            await LoadAsync(held, cause, check: true, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            held.LetGo();
            throw;
        }

        _before?.LetGo();
        (_before, _live) = (_live, held);
        Report(isNamed: cause == ByReference);
    }

    /// <summary>Goes back to the version before. There is none after it.</summary>
    /// <param name="from">What was live when that was decided.</param>
    /// <param name="cancellationToken">Ends it; everything stays as it was.</param>
    internal async Task<ArtifactPin> RollBackAsync(ArtifactPin? from, CancellationToken cancellationToken)
    {
        HeldFiles target = Target(from);

        // It has answered already, so nothing asks once more whether it may.
        await LoadAsync(target, "rollback", check: false, cancellationToken).ConfigureAwait(false);
        _live!.LetGo();
        (_live, _before) = (target, null);
        Report(isNamed: false);
        return target.Version;
    }

    /// <summary>Says what is live.</summary>
    /// <param name="isNamed">Whether the reference names it. Otherwise it may still name one that was refused.</param>
    internal void Report(bool isNamed)
    {
        Exception? refusal = watch.Refusal;
        watch.ReportLive(_live!.Files);
        if (!isNamed && refusal is not null)
        {
            watch.ReportRefusal(refusal);
        }
    }

    internal void Close()
    {
        slot.Close();
        _live?.LetGo();
        _before?.LetGo();
    }

    private HeldFiles Target([NotNull] ArtifactPin? from)
    {
        if (from is null || _before is not { } target)
        {
            throw new NotFoundException(
                "nothing_to_roll_back_to",
                $"'{watch.Reference}' can't be rolled back: no other version was live before {from?.ToShortText() ?? "now"}, since this process started or since it was rolled back.",
                "Move the alias to the version that is wanted, or go on with ResumeAsync.");
        }

        return Live == from ? target : throw new ConflictException(
            "live_changed",
            $"'{watch.Reference}' was not rolled back from {from.ToShortText()}: {Live?.ToShortText()} became live meanwhile.",
            "Look at that version, and roll back from it where it is no better.");
    }

    private async Task LoadAsync(HeldFiles files, string cause, bool check, CancellationToken cancellationToken)
    {
        string before = Live?.ToShortText() ?? "nothing";
        long started = options.Clock.GetTimestamp();
        await slot.LoadAsync(files, check, cancellationToken).ConfigureAwait(false);
        Telemetry.Swapped(slot.Kind, cause);
        Log.Swapped(options.Log, watch.Reference.ToString(), files.Version.ToShortText(), before, options.Clock.GetElapsedTime(started).TotalSeconds);
    }
}
