using System.Collections.Immutable;
using System.Globalization;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Backends;
using Foreman.Operator.Loop;
using Foreman.Operator.Tests.Fakes;
using Foreman.Scheduling;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Operator.Tests.Properties.FleetSimulation;

/// <summary>
/// An operator: the real decisions, assumptions, lanes, executor and backends over a watched cache, while it leads, and tasks that it runs itself. Its
/// election is a model of the real one, which has a simulation of its own.
/// </summary>
internal sealed class SimulatedOperator(FleetWorld world, string name) : SimulatedProcess(world, name), IDisposable
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RenewDeadline = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Away = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LeaseDuration = TimeSpan.FromSeconds(15);

    // Each kind has a watch of its own, which may be late by itself.
    private static readonly string[] Kinds = ["AgenticTask", "FleetNode", "Lease"];

    private readonly SortedDictionary<string, IKubernetesObject> _cache = new(StringComparer.Ordinal);
    private readonly Queue<IKubernetesObject> _heldUp = new();
    private ImmutableDictionary<string, SeenLease> _leasesSeen = ImmutableDictionary.Create<string, SeenLease>(StringComparer.Ordinal);
    private string? _lateKind;
    private int _terms;
    private int _cursor;
    private (string Version, TimeSpan Since)? _lease;
    private TimeSpan _renewedAt;
    private TimeSpan _leadsSince;
    private SchedulerState _state = SchedulerState.Empty;
    private AssumeCache? _assumed;
    private DecisionExecutor? _executor;
    private ExecutionBackends? _backends;
    private CancellationTokenSource? _term;
    private bool _woken;
    private int _alarms;

    /// <summary>Holder of the Lease while this process leads.</summary>
    public string Identity => $"{Name}-{Life}";

    /// <summary>Identity under which this leadership claims what it runs itself.</summary>
    public string RunIdentity => Holder.ForProcess($"operator-{Name}", string.Create(CultureInfo.InvariantCulture, $"{Life}-{_terms}"));

    public bool Leads => IsAlive && _term is not null;

    /// <summary>Rounds of decisions so far.</summary>
    public int Rounds { get; private set; }

    private SimulatedRuns Runs => field ??= new(World, this);

    private TimeSpan Uptime => World.Now - _leadsSince;

    private bool LeadIsCertain => World.Now < _renewedAt + RenewDeadline;

    public void Dispose()
    {
        _backends?.Dispose();
        _term?.Dispose();
    }

    protected override void OnStart()
    {
        _term?.Cancel();
        _cache.Clear();
        _heldUp.Clear();
        (_term, _lateKind, _cursor, _lease, _woken) = (null, null, 0, null, false);
        Hear(World.Server.Version);
        Later(World.Delay(), Elect);
    }

    protected override void OnHeard(int version)
    {
        if (World.Happens(60))
        {
            Relist();
            return;
        }

        if (_lateKind is null && World.WatchMisbehaves(25))
        {
            _lateKind = Kinds[World.AnyOf(Kinds.Length)];
            World.Trace($"{Name} hears of no {_lateKind} for a while");
            Later(World.WatchLag(), CatchUp);
        }

        Follow(version);
    }

    protected override void OnHeardAgain(IKubernetesObject obj)
    {
        if (Put(obj))
        {
            Wake();
        }
    }

    private static string Key(IKubernetesObject obj) => $"{obj.Kind}/{obj.Name()}";

    private void Follow(int version)
    {
        var (log, asks) = (World.Server.Log, false);
        for (; _cursor < log.Count && log[_cursor].Version <= version; _cursor++)
        {
            var obj = log[_cursor].Object;
            if (obj.Kind == _lateKind)
            {
                _heldUp.Enqueue(obj);
            }
            else
            {
                asks |= Put(obj);
            }
        }

        if (asks)
        {
            Wake();
        }
    }

    // The watch that was late brings all that it has held up.
    private void CatchUp()
    {
        _lateKind = null;
        var asks = false;
        while (_heldUp.TryDequeue(out var obj))
        {
            asks |= Put(obj);
        }

        if (asks)
        {
            Wake();
        }
    }

    /// <summary>What a watch brings, unless it is older than what is known, as a reflector does; true when it asks for a decision.</summary>
    private bool Put(IKubernetesObject obj)
    {
        var known = _cache.GetValueOrDefault(Key(obj));
        var isOld = known is not null && !(ResourceVersions.Compare(obj.Metadata.ResourceVersion, known.Metadata.ResourceVersion) > 0);
        return (!isOld || World.Rules.TakesOldEvents) && Store(obj, known);
    }

    private bool Store(IKubernetesObject obj, IKubernetesObject? known)
    {
        _cache[Key(obj)] = obj;
        if (obj is V1Lease lease)
        {
            Note(lease);
            return LeaseNews.AsksForDecision(known as V1Lease, lease, _state, Uptime);
        }

        if (Leads && obj is AgenticTask task)
        {
            _backends!.Apply(new(known is null ? ResourceEventType.Added : ResourceEventType.Modified, task, known as AgenticTask));
        }

        return true;
    }

    private void Note(V1Lease lease) => _leasesSeen = _leasesSeen.SetItem(lease.Name(), new(lease, Uptime));

    /// <summary>Everything is listed anew: the same objects come a second time, as other instances.</summary>
    private void Relist()
    {
        World.Trace($"{Name} lists everything");
        foreach (var obj in World.Server.Objects)
        {
            IKubernetesObject copy = obj switch
            {
                AgenticTask task => task with { },
                FleetNode node => node with { },
                V1Lease lease => lease with { },
                _ => obj,
            };
            Store(copy, _cache.GetValueOrDefault(Key(copy)));
        }

        _heldUp.Clear();
        _cursor = World.Server.Log.Count;
        Wake();
    }

    private void Elect()
    {
        Later(Retry, Elect);
        if (Leads && World.Rules.Fenced && !LeadIsCertain)
        {
            EndTerm();
        }

        Call(() => World.Server.Find<V1Lease>(FleetWorld.LeaderLease)!, OnLease, static _ => { });
    }

    private void OnLease(V1Lease lease)
    {
        var holder = lease.Spec!.HolderIdentity;
        if (holder != Identity)
        {
            if (Leads)
            {
                EndTerm();
            }

            if (_lease?.Version != lease.Metadata.ResourceVersion)
            {
                _lease = (lease.Metadata.ResourceVersion!, World.Now);
            }

            if (!string.IsNullOrEmpty(holder) && World.Now - _lease!.Value.Since < LeaseDuration)
            {
                return;
            }
        }

        var sentAt = World.Now;
        var patch = V1Patch.Json(
            JsonPatchOperation.Test("/metadata/resourceVersion", lease.Metadata.ResourceVersion!),
            JsonPatchOperation.Add("/spec/holderIdentity", Identity),
            JsonPatchOperation.Add("/spec/renewTime", FleetWorld.Text(Wall)));
        Call(() => World.Server.Patch<V1Lease>(FleetWorld.LeaderLease, patch), _ => OnRenewed(sentAt), static _ => { });
    }

    private void OnRenewed(TimeSpan sentAt)
    {
        if (World.Now >= sentAt + RenewDeadline)
        {
            return;
        }

        _renewedAt = sentAt > _renewedAt ? sentAt : _renewedAt;
        if (!Leads)
        {
            Call(() => World.Server.Version, version => BeginTerm(version), static _ => { });
        }
    }

    private void BeginTerm(int version)
    {
        if (Leads || !LeadIsCertain)
        {
            return;
        }

        World.Trace($"{Identity} leads");
        _term = new();
        _terms++;
        _leadsSince = World.Now;
        _state = SchedulerState.Empty;
        _assumed = new AssumeCache(World.Clock);
        foreach (var lease in _cache.Values.OfType<V1Lease>())
        {
            Note(lease);
        }

        // Events wait for each other on threads of the pool, which no seed decides about, so they are stored at once.
        var client = new FakeKubernetes { Store = patched => patched.Kind == CoreV1Event.Type.Kind ? Task.FromResult("") : SendAsync(patched) };
        var events = new EventRecorder(client, new EventRecorderOptions { Component = Name, Instance = Name, Time = World.Clock });
        _executor = new DecisionExecutor(client, events, _assumed, NullLogger.Instance)
        {
            OnFailed = Wake,
            OnRoom = Wake,
            Time = World.Clock,
            Start = write => Later(World.Delay(), () => _ = write()),
        };
        _backends = new ExecutionBackends(Runs, new NodeBackend());
        Runs.Begin();

        // What is decided must be based on all that stood when the lead began.
        CatchUp();
        Follow(version);
        foreach (var task in _cache.Values.OfType<AgenticTask>().ToArray())
        {
            _backends.Apply(new(ResourceEventType.Added, task));
        }

        Wake();
    }

    private void EndTerm()
    {
        if (_term is { } term)
        {
            World.Trace($"{Identity} leads no more");
            _term = null;
            term.Cancel();
            Runs.GiveAllBack();
        }
    }

    private void Wake()
    {
        if (Leads && !_woken)
        {
            _woken = true;
            Later(World.Delay(), Decide);
        }
    }

    private void SetAlarm(TimeSpan after)
    {
        var number = ++_alarms;
        Later(after > TimeSpan.FromMilliseconds(1) ? after : TimeSpan.FromMilliseconds(1), () =>
        {
            if (number == _alarms)
            {
                Wake();
            }
        });
    }

    private void Decide()
    {
        _woken = false;
        if (!Leads || (World.Rules.Fenced && !LeadIsCertain))
        {
            return;
        }

        Rounds++;
        var snapshot = World.Rules.Look(Snapshot(), Wall);
        var plan = Scheduler.Decide(snapshot, Wall);
        _state = plan.State;
        World.Checks.OnDecided(this, plan);
        _executor!.Execute(plan, _term!.Token);
        SetAlarm(RoundPace.Sleep(snapshot.Uptime, plan.RequeueAt, _assumed!.NextExpiry));
    }

    private ClusterSnapshot Snapshot()
    {
        var read = _cache.Values.OfType<AgenticTask>().ToArray();
        _assumed!.RetainOnly(read.Select(t => t.Uid()).ToHashSet(StringComparer.Ordinal));
        var tasks = World.Rules.Assumes ? [.. read.Select(_assumed.Overlay)] : read;
        return new ClusterSnapshot
        {
            Uptime = Uptime,
            IsApiReachable = !IsCut,
            Tasks = tasks,
            Unconfirmed = World.Rules.Assumes ? _assumed.Unconfirmed() : new HashSet<string>(),
            Nodes = [.. _cache.Values.OfType<FleetNode>()],
            Leases = [.. _cache.Values.OfType<V1Lease>()],
            LeasesSeen = _leasesSeen,
            ExplanationRoom = _executor!.ExplanationRoom,
            RefreshRoom = Backpressure.RefreshedAtOnce,
            AssignmentRoom = _executor.AssignmentRoom,
            Holders = _backends!.Observe(tasks),
            State = _state,
            Settings = new SchedulerSettings { Identity = RunIdentity, Placements = _backends.Placements },
        };
    }

    private Task<string> SendAsync(FakeKubernetes.Patched patched)
    {
        if (World.Rules.Fenced && !LeadIsCertain)
        {
            throw new LeadershipLostException($"{Identity} does not lead any more: nothing was written");
        }

        var answer = new TaskCompletionSource<string>();
        var identity = Identity;
        World.Trace($"{Identity} writes {patched.Name}: {new PatchText(patched.Patch)}");
        var end = World.OnLeaderCall();
        if (end == LeaderEnd.BeforeTheWrite)
        {
            CrashAndReturn();
            return answer.Task;
        }

        Call(
            () =>
            {
                World.Checks.OnLeaderWrite(identity, patched.Name);
                return World.Write(identity, patched.Kind, patched.Name, World.Rules.Decide(patched.Patch));
            },
            version => answer.TrySetResult(version),
            e => answer.TrySetException(e));
        if (end == LeaderEnd.AfterTheWrite)
        {
            CrashAndReturn();
        }

        return answer.Task;
    }

    private void CrashAndReturn()
    {
        Crash();
        World.At(World.Now + Away, Start);
    }
}
