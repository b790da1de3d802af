using Foreman.Kubernetes;
using Foreman.Workloads;
using Microsoft.Extensions.Logging;

namespace Foreman.Operator.Workloads.Following;

/// <summary>
/// What forges say of the pull requests that Workloads follow: each is read again and again, and its Workload is reconciled when the answer
/// changes. Nothing is stored: a process that starts reads all of them. Thread-safe.
/// </summary>
/// <param name="reader">Reads them.</param>
/// <param name="interval">Time between two looks at one, give or take a tenth; longer where more than <see cref="UnstretchedLooks"/> are followed.</param>
/// <param name="mayWrite">Asked right before every write to a forge.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Log.</param>
internal sealed class PullRequestFollower(
    PullRequestReader reader, TimeSpan interval, Func<CancellationToken, Task<bool>> mayWrite, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    /// <summary>Most pull requests that are read at once.</summary>
    internal const int MostAtOnce = 8;

    /// <summary>Most pull requests that are looked at in each interval: of more each waits longer, so that a forge's limit is not used up.</summary>
    internal const int UnstretchedLooks = 8;

    /// <summary>Most pull requests of one host that are read at once: a forge that does not answer leaves room for the others.</summary>
    internal const int MostAtOneHost = MostAtOnce / 2;

    // Services report their first checks some time after a push.
    private const double ChecksBeginWithin = 1.5;

    private readonly Lock _gate = new();
    private readonly Dictionary<(ObjectKey Workload, string Url), Followed> _followed = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Random _random = new(Environment.ProcessId);
    private TaskCompletionSource _changed = NewSignal();
    private Task _running = Task.CompletedTask;

    /// <summary>Names the Workloads of which a pull request has changed.</summary>
    public ReconcileTrigger Trigger { get; } = new();

    /// <summary>Begins to read.</summary>
    public void Start() => _running = Task.Run(() => RunAsync(_stop.Token));

    /// <summary>What is known of a Workload's pull requests, by URL.</summary>
    public IReadOnlyDictionary<string, PullRequestObservation> Of(ObjectKey workload)
    {
        lock (_gate)
        {
            return _followed.Where(f => f.Key.Workload == workload && f.Value.Seen is not null).ToDictionary(f => f.Key.Url, f => f.Value.Seen!, StringComparer.Ordinal);
        }
    }

    /// <summary>Says what a Workload follows from now on, and what is to be changed. One that is new, or whose steps have gone on, is read at once.</summary>
    /// <param name="workload">The Workload.</param>
    /// <param name="targets">All pull requests that it follows; none ends it.</param>
    /// <param name="changes">All changes that are decided.</param>
    public void Follow(ObjectKey workload, IReadOnlyCollection<FollowTarget> targets, IReadOnlyCollection<ForgeChange> changes)
    {
        lock (_gate)
        {
            foreach (var gone in _followed.Keys.Where(k => k.Workload == workload && targets.All(t => t.Url != k.Url)).ToArray())
            {
                _followed.Remove(gone);
            }

            foreach (var target in targets)
            {
                if (!_followed.TryGetValue((workload, target.Url), out var known))
                {
                    _followed[(workload, target.Url)] = known = new(workload, target) { DueAt = time.GetTimestamp() };
                }

                var isWanted = changes.Any(c => c is MarkReady && c.Url == target.Url);
                if (!known.Target.AsksSameAs(target) || (isWanted && !known.MakesReady))
                {
                    (known.DueAt, known.IsStale) = (time.GetTimestamp(), true);
                }

                (known.Target, known.MakesReady) = (target, isWanted);
            }

            Signal();
        }
    }

    /// <summary>Forgets a Workload.</summary>
    public void Forget(ObjectKey workload) => Follow(workload, [], []);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stop.Dispose();
    }

    /// <summary>Time between two looks at one pull request.</summary>
    /// <param name="interval">The shortest.</param>
    /// <param name="followed">How many are followed.</param>
    internal static TimeSpan Between(TimeSpan interval, int followed) => interval * Math.Max(1, (double)followed / UnstretchedLooks);

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Signal()
    {
        _changed.TrySetResult();
        _changed = NewSignal();
    }

    private async Task RunAsync(CancellationToken stop)
    {
        var reads = new List<Task>();
        while (!stop.IsCancellationRequested)
        {
            reads.RemoveAll(r => r.IsCompleted);
            Task changed;
            TimeSpan? wait;
            lock (_gate)
            {
                changed = _changed.Task;
                while (reads.Count < MostAtOnce && NextDue() is { } due)
                {
                    (due.IsBusy, due.IsStale) = (true, false);
                    reads.Add(Task.Run(() => LookAsync(due, stop), CancellationToken.None));
                }

                wait = reads.Count < MostAtOnce ? UntilNext() : null;
            }

            using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var sleep = Task.Delay(wait ?? Timeout.InfiniteTimeSpan, time, over.Token);
            await Task.WhenAny(reads.Append(changed).Append(sleep)).ConfigureAwait(false);
            await over.CancelAsync().ConfigureAwait(false);
        }

        await Task.WhenAll(reads).ConfigureAwait(false);
    }

    private Followed? NextDue()
    {
        var now = time.GetTimestamp();
        return Startable().Where(f => f.DueAt <= now).MinBy(f => f.DueAt);
    }

    // The end of a look at a busy host wakes the loop, so what waits for that has no time of its own.
    private IEnumerable<Followed> Startable()
    {
        var busy = _followed.Values.Where(f => f.IsBusy).CountBy(f => f.Host, StringComparer.OrdinalIgnoreCase).ToDictionary(StringComparer.OrdinalIgnoreCase);
        return _followed.Values.Where(f => !f.IsBusy && busy.GetValueOrDefault(f.Host) < MostAtOneHost);
    }

    private TimeSpan? UntilNext()
    {
        var waiting = Startable().Where(f => f.DueAt < long.MaxValue).Select(f => f.DueAt).ToArray();
        return waiting.Length == 0 ? null : TimeSpan.FromTicks(Math.Max(1, time.GetElapsedTime(time.GetTimestamp(), waiting.Min()).Ticks));
    }

    private async Task LookAsync(Followed followed, CancellationToken stop)
    {
        FollowTarget target;
        bool makesReady;
        lock (_gate)
        {
            (target, makesReady) = (followed.Target, followed.MakesReady);
        }

        try
        {
            var staysDraft = makesReady ? await reader.MarkReadyAsync(target, mayWrite, stop).ConfigureAwait(false) : null;
            var seen = await reader.ReadAsync(target, stop).ConfigureAwait(false);
            Note(followed, target, seen, staysDraft);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The process stops, and the next one reads everything.
        }
#pragma warning disable CA1031 // One answer that nobody foresaw must not end all others.
        catch (Exception e)
        {
            FollowLog.NotRead(logger, target.Url, e);
            Note(followed, target, new(target.Url) { Step = target.Step, Problem = "its answer was not understood; the operator's log has the cause" }, null);
        }
#pragma warning restore CA1031
    }

    private void Note(Followed followed, FollowTarget target, PullRequestObservation seen, string? staysDraft)
    {
        bool isNews;
        lock (_gate)
        {
            if (seen.Problem is null && followed.Tip != (seen.HeadSHA, target.Step))
            {
                (followed.Tip, followed.TipSince, followed.StaysDraft) = ((seen.HeadSHA, target.Step), time.GetTimestamp(), null);
            }

            followed.StaysDraft = seen.IsDraft ? staysDraft ?? followed.StaysDraft : null;
            seen = seen with
            {
                StaysDraft = followed.StaysDraft,
                IsSettled = seen.Problem is not null || seen.State != PullRequestState.Open || time.GetElapsedTime(followed.TipSince) >= ChecksBeginWithin * interval,
            };
            isNews = !seen.SaysSameAs(followed.Seen);
            (followed.Seen, followed.IsBusy) = (seen, false);
            followed.DueAt = followed.IsStale ? time.GetTimestamp()
                : seen is { Problem: null, State: PullRequestState.Merged } ? long.MaxValue
                : time.GetTimestamp() + (long)(Between(interval, _followed.Count).TotalSeconds * (0.9 + (0.2 * _random.NextDouble())) * time.TimestampFrequency);
            isNews &= _followed.GetValueOrDefault((followed.Workload, target.Url)) == followed;
        }

        if (isNews)
        {
            Trigger.Fire(followed.Workload);
        }
    }

    /// <summary>A pull request; guarded by the gate.</summary>
    private sealed class Followed(ObjectKey workload, FollowTarget target)
    {
        public ObjectKey Workload => workload;

        /// <summary>The host and port of its forge.</summary>
        public string Host { get; } = Uri.TryCreate(target.Url, UriKind.Absolute, out var url) ? url.Authority : "";

        public FollowTarget Target { get; set; } = target;

        public PullRequestObservation? Seen { get; set; }

        /// <summary>Timestamp of the next look.</summary>
        public long DueAt { get; set; }

        public bool IsBusy { get; set; }

        /// <summary>True when what is being read was asked for before something changed.</summary>
        public bool IsStale { get; set; }

        public bool MakesReady { get; set; }

        public string? StaysDraft { get; set; }

        /// <summary>The tip that was seen last, and for the work of which step.</summary>
        public (string Commit, string Step) Tip { get; set; }

        public long TipSince { get; set; }
    }
}
