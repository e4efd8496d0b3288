using System.Globalization;
using System.Runtime.CompilerServices;
using Versioning.Files;
using Versioning.Journal;
using Versioning.Verifying;

namespace Versioning;

/// <content>The journal as what it says, and whether it can be believed.</content>
public sealed partial class VersionStore
{
    /// <summary>
    /// What was decided in this store, oldest first or newest first. Streams, and checks on the way that the entries are
    /// one chain that ends where readers are.
    /// </summary>
    /// <param name="options">What is asked for; null: everything.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    /// <exception cref="NotFoundException">There is no such artifact or version.</exception>
    /// <exception cref="IntegrityException">An entry is missing, or is not the one that its neighbour names.</exception>
    public async IAsyncEnumerable<AuditRecord> AuditAsync(AuditOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        options ??= new AuditOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Limit ?? 1, 1, nameof(options));
        StoreState state = await _journal.FoldAsync(cancellationToken).ConfigureAwait(false);
        var filter = new AuditFilter(options, state);
        var pins = new KnownPins(state);
        long left = options.Limit ?? long.MaxValue;
        await foreach ((JournalEntry entry, Digest hash) in _journal.ReadChainAsync(state, options.NewestFirst, cancellationToken).ConfigureAwait(false))
        {
            IEnumerable<AuditRecord> records = filter.MayMatch(entry) ? AuditText.Describe(entry, hash, pins).Where(filter.Matches) : [];
            foreach (AuditRecord record in options.NewestFirst ? records.Reverse() : records)
            {
                yield return record;
                if (--left == 0)
                {
                    yield break;
                }
            }
        }
    }

    /// <summary>
    /// Where the journal ends now, confirmed by its last entry. Whoever notes it elsewhere can tell later, with
    /// <see cref="VerifyJournalOptions.ExpectedHeads"/>, whether the journal was rewritten.
    /// </summary>
    public Task<JournalHead> ReadHeadAsync(CancellationToken cancellationToken = default) => _journal.HeadAsync(cancellationToken);

    /// <summary>
    /// Checks the journal from entry 1 on, believing neither checkpoints nor what this machine keeps: that every entry is
    /// there, follows the one before and decides what can hold; that every version's record and manifest, and every chunk
    /// that they name, is in a pack that is there. Files are not hashed: that is <see cref="VerifyAsync"/>. What is in
    /// itself sound is compared with what this machine saw of it before.
    /// </summary>
    /// <param name="options">What else it is compared with.</param>
    /// <param name="progress">Told of bytes that were read.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<VerifyReport> VerifyJournalAsync(VerifyJournalOptions? options = null, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        await EnsureOpenAsync(cancellationToken).ConfigureAwait(false);
        using var fresh = new JournalLog(_objects, _options.Time, trust: TrustOf(_options), trustsCheckpoints: false);

        // Of a store on this machine nothing is kept, but where its journal ended when it was verified.
        KeptJournal? seen = _options.MetadataCacheBytes <= 0 ? null
            : new KeptJournal(_kept ?? new MetadataCache(_options.CacheRoot, () => Id, _options.MetadataCacheBytes), _objects.Location);
        return await MeasureAsync("verify", async operation =>
        {
            operation.About("journal");
            var damages = new DamageList();
            var witnesses = new JournalWitnesses(options ?? new VerifyJournalOptions(), seen, damages);
            using var verify = new VerifyOperation(_objects, fresh, _options.ReadsOf(_objects), witnesses, damages, progress);
            VerifyReport report = await verify.RunAsync(cancellationToken).ConfigureAwait(false);
            operation.Did(new OperationCount(Bytes: report.Bytes, Damages: report.Damages.Count));
            if (!report.IsSound)
            {
                Log.Damages(_options.Logger, operation.Subject, report.Damages.Count);
            }
            else if (report.Head.Sequence > 0)
            {
                seen?.Renew(report.Head, _options.Time.GetUtcNow());
            }

            return report;
        }).ConfigureAwait(false);
    }

    /// <summary>Readers go on with what the store says, as after a backup was put back; but nobody is left unaware.</summary>
    private void NoteAnotherHistory(JournalHead head, DateTimeOffset time) =>
        Log.AnotherHistory(_options.Logger, Location, time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture), head);
}
