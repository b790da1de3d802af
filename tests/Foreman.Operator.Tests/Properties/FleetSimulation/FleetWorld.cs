using System.Globalization;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Tests.Fakes;
using Foreman.Testing;

namespace Foreman.Operator.Tests.Properties.FleetSimulation;

/// <summary>When a leader is killed.</summary>
/// <param name="Write">At the how-manieth write of leaders, from 1.</param>
/// <param name="End">Whether that write is sent.</param>
internal sealed record LeaderStop(int Write, LeaderEnd End);

/// <summary>What becomes of a leader that is about to write.</summary>
internal enum LeaderEnd
{
    /// <summary>It goes on.</summary>
    None,

    /// <summary>It is killed before the write is sent.</summary>
    BeforeTheWrite,

    /// <summary>It is killed when the write has been sent, and hears no answer.</summary>
    AfterTheWrite,
}

/// <summary>
/// One API server, two operators and a few hosts on one thread in virtual time. One seeded source of chance decides when each message
/// arrives, which are lost, and who is killed, paused, cut off alone or with its site, drained, or has its clock set; then the faults end and the world settles.
/// </summary>
internal sealed class FleetWorld
{
    public const string LeaderLease = "foreman-operator";

    private static readonly TimeSpan FaultsEnd = TimeSpan.FromSeconds(150);

    // The longest pause of a host that left assignments unclaimed, and the runs after it.
    private static readonly TimeSpan LongestSettling = TimeSpan.FromSeconds(480);

    // Three hosts or more renew every 10 s; what is left are timers.
    private const int MostRoundsAtRest = 12;

    // A task that no host may take: it must say so.
    private static readonly Dictionary<string, string> Nowhere = new() { ["zone"] = "nowhere" };

    private readonly PriorityQueue<Action, (TimeSpan When, int Order)> _events = new();
    private readonly Random _random;

    // Of its own, so that a seed without sites plays the same with and without them; likewise the next two.
    private readonly Random _siteChance;
    private readonly Random _watchChance;
    private readonly Random _runChance;

    // Watches bring events late, twice, and after newer ones; some tasks run in the operator.
    private readonly bool _hasOddWatches;
    private readonly bool _hasOperatorRuns;
    private readonly List<string>? _trace;
    private readonly SimulatedOperator[] _operators;
    private readonly SimulatedHost[] _hosts;
    private readonly LeaderStop? _stop;

    // An operator that nothing else disturbs must know such an outage for what it is.
    private readonly bool _onlyOutages;
    private int _order;
    private int _leaderWrites;
    private string? _violation;

    private FleetWorld(int seed, FleetRules rules, bool traces, LeaderStop? stop = null)
    {
        _stop = stop;
        _random = new Random(seed);
        _siteChance = new Random(~seed);
        _watchChance = new Random(seed ^ 0x1B87_3593);
        _runChance = new Random(seed ^ 0x2545_F491);
        _hasOddWatches = _watchChance.Next(2) == 0;
        _hasOperatorRuns = stop is null && _runChance.Next(2) == 0;
        _trace = traces ? [] : null;
        Rules = rules;
        _operators = [new(this, "op-a"), new(this, "op-b")];
        var hasSites = _siteChance.Next(2) == 0;
        _hosts = [.. Enumerable.Range(0, 3 + _random.Next(3)).Select(i => new SimulatedHost(this, $"host-{i}", 1 + _random.Next(2)) { Site = hasSites ? $"site-{i % 2}" : null })];
        _onlyOutages = _random.Next(8) == 0 || (hasSites && _siteChance.Next(4) == 0);
        Checks = new FleetChecks(this, _hosts);
    }

    public FleetRules Rules { get; }

    public FleetChecks Checks { get; }

    public SimulatedApiServer Server { get; } = new();

    public ManualTimeProvider Clock { get; } = new();

    public TimeSpan Now { get; private set; }

    private bool HasFaults => _stop is null && Now < FaultsEnd;

    /// <summary>Plays a seed: null when nothing was wrong, else what was, with the steps that led there.</summary>
    public static string? Play(int seed, FleetRules? rules = null)
    {
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            // The steps are written down when the seed is played again: most seeds need none.
            return new FleetWorld(seed, rules ?? new(), traces: false).Play() is not { } violation
                ? null
                : new FleetWorld(seed, rules ?? new(), traces: true).Play() ?? $"{violation}, but not when it was played again";
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    /// <summary>
    /// Plays a seed without faults but one: the leader is killed at one of its writes, and started again after a while. Every task must end in its first attempt.
    /// </summary>
    /// <param name="seed">The seed.</param>
    /// <param name="stop">At which write.</param>
    /// <returns>Whether there were so many writes, and what was wrong; null for nothing.</returns>
    public static (bool IsReached, string? Violation) Play(int seed, LeaderStop stop)
    {
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            var played = Play(seed, stop, traces: false);
            return played.Violation is null ? played : Play(seed, stop, traces: true);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    /// <summary>A leader is about to write: what becomes of it.</summary>
    public LeaderEnd OnLeaderCall() => _stop is { } stop && ++_leaderWrites == stop.Write ? stop.End : LeaderEnd.None;

    public static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    public double Jitter() => _random.NextDouble();

    /// <summary>Whether a fault happens that happens once in so many times; never any more when the faults have ended.</summary>
    public bool Happens(int oneIn) => HasFaults && _random.Next(oneIn) == 0;

    /// <summary>Whether a watch misbehaves in a way that happens once in so many times; only in worlds with such watches.</summary>
    public bool WatchMisbehaves(int oneIn) => _hasOddWatches && HasFaults && _watchChance.Next(oneIn) == 0;

    /// <summary>How late an event comes that is late.</summary>
    public TimeSpan WatchLag() => TimeSpan.FromSeconds(_watchChance.NextDouble() * 5);

    /// <summary>One of so many, in what watches do.</summary>
    public int AnyOf(int count) => _watchChance.Next(count);

    /// <summary>How long a message takes: less than what separates the end of one lead from the begin of the next.</summary>
    public TimeSpan Delay() => TimeSpan.FromMilliseconds(1 + (Jitter() * (Happens(15) ? 4000 : 40)));

    /// <summary>How long an event of a watch takes.</summary>
    public TimeSpan WatchDelay() => TimeSpan.FromMilliseconds(1 + (Jitter() * (Happens(8) ? 1500 : 50)));

    /// <summary>How long it takes until a call is known to have no answer.</summary>
    public TimeSpan ErrorDelay() => TimeSpan.FromMilliseconds(1 + (Jitter() * (Happens(2) ? 5000 : 100)));

    public TimeSpan RunTime() => TimeSpan.FromSeconds(1 + (Jitter() * Jitter() * 60));

    /// <summary>When a fault ends that begins now: in so much time, and before the time without faults.</summary>
    public TimeSpan Until(TimeSpan time) => Now + time < FaultsEnd ? Now + time : FaultsEnd;

    public void At(TimeSpan when, Action what) => _events.Enqueue(what, (when, ++_order));

    public void Trace(FormattableString step) => _trace?.Add($"{Now.TotalSeconds,8:0.000} {step.ToString(CultureInfo.InvariantCulture)}");

    public void Fail(FormattableString violation) => _violation ??= $"at {Now.TotalSeconds:0.000} s {violation.ToString(CultureInfo.InvariantCulture)}";

    public static KubernetesUnreachableException Unreachable() => new(new Uri("https://server"), UnreachableReason.Refused, "no answer");

    /// <summary>A write arrives at the API server.</summary>
    public string Write(string writer, string kind, string name, V1Patch patch)
    {
        Checks.OnWrite(writer);
        Trace($"the server takes from {writer} {kind} {name}: {new PatchText(patch)}");
        return Server.Patch(kind, name, patch);
    }

    private static (bool IsReached, string? Violation) Play(int seed, LeaderStop stop, bool traces)
    {
        var world = new FleetWorld(seed, new(), traces, stop);
        var violation = world.Play();
        var other = world.Server.Tasks.FirstOrDefault(t => t.Name() != "misfit" && t.Status is not { Attempt: 1, Attempts.Count: 1 });
        return (world._leaderWrites >= stop.Write, violation ?? (other is null ? null : $"{other.Name()} ended as {other.Status.Phase} in attempt {other.Status.Attempt}"));
    }

    private string? Play()
    {
        Populate();
        Run(FaultsEnd + TimeSpan.FromSeconds(20));
        while (_violation is null && !Checks.IsSettled && Now < FaultsEnd + LongestSettling)
        {
            Run(Now + TimeSpan.FromSeconds(10));
        }

        Checks.OnSettled();
        Run(Now + TimeSpan.FromSeconds(20));
        Rest();
        Checks.AtEnd();
        foreach (var process in _operators)
        {
            process.Dispose();
        }

        return _violation is null ? null : _trace is null ? _violation : $"{_violation}\n{string.Join('\n', _trace.TakeLast(150))}";
    }

    // The ends of probations change what is said of a task that waits; nothing else does.
    private void Rest()
    {
        var (first, rounds) = (Checks.Writes, 0);
        for (var before = -1; before != Checks.Writes && Checks.Writes - first <= _hosts.Length;)
        {
            (before, rounds) = (Checks.Writes, Rounds());
            Run(Now + TimeSpan.FromSeconds(60));
        }

        if (Rounds() - rounds > MostRoundsAtRest)
        {
            Fail($"{Rounds() - rounds} decisions were made within a minute in which nothing happened but renewals of Leases");
        }

        if (Checks.Writes - first > _hosts.Length)
        {
            Fail($"{Checks.Writes - first} writes came after all had settled");
        }
    }

    private int Rounds() => _operators.Sum(o => o.Rounds);

    private void Run(TimeSpan until)
    {
        while (_violation is null && _events.TryPeek(out _, out var next) && next.When <= until)
        {
            MoveTo(next.When);
            _events.Dequeue()();
        }

        MoveTo(until);
    }

    private void MoveTo(TimeSpan time)
    {
        if (time > Now)
        {
            Clock.Advance(time - Now);
            Now = time;
        }
    }

    private void Populate()
    {
        Server.Create(new V1Lease { Metadata = new() { Name = LeaderLease, Uid = "leader" }, Spec = new() { HolderIdentity = "" } });
        foreach (var host in _hosts)
        {
            var node = Reachable(Sample.Node(host.Name));
            Server.Create(node with
            {
                Metadata = host.Site is null ? node.Metadata : node.Metadata with { Labels = new Dictionary<string, string> { [Labels.Site] = host.Site } },
                Status = node.Status! with { Slots = host.Slots },
            });
            Server.Create(new V1Lease { Metadata = new() { Name = Labels.LeaseName(host.Name), Uid = $"lease-{host.Name}" }, Spec = new() { HolderIdentity = "" } });
        }

        Server.OnChange = OnChange;
        foreach (var process in Processes())
        {
            At(TimeSpan.FromSeconds(Jitter() * 5), process.Start);
        }

        for (var i = 0; i < 4 + _random.Next(8); i++)
        {
            var task = Placed(Sample.Task($"task-{i}"));
            At(TimeSpan.FromSeconds(Jitter() * 110), () => Server.Create(task));
        }

        var misfit = Sample.Task("misfit");
        At(
            TimeSpan.FromSeconds(Jitter() * 110),
            () => Server.Create(misfit with { Spec = misfit.Spec with { RequiredCapability = new() { NodeSelector = Nowhere } } }));
        if (_stop is null)
        {
            ScheduleFault();
        }
    }

    private AgenticTask Placed(AgenticTask task) =>
        _hasOperatorRuns && _runChance.Next(3) == 0 ? task with { Spec = task.Spec with { Placement = Placement.Operator } } : task;

    // The operator calls no server that only its own host reaches.
    private static FleetNode Reachable(FleetNode node) => node with
    {
        Status = node.Status! with
        {
            Capability = node.Status!.Capability! with
            {
                ModelServers = [.. node.Status!.Capability!.ModelServers!.Select(s => s with { ReachableURL = $"http://{node.Name()}:8080" })],
            },
        },
    };

    private IEnumerable<SimulatedProcess> Processes() => [.. _operators, .. _hosts];

    private void OnChange(IKubernetesObject? before, IKubernetesObject after)
    {
        Checks.OnChange(before, after);
        foreach (var process in Processes())
        {
            if (process.IsAlive && (process is SimulatedOperator || after is AgenticTask))
            {
                process.Hear(Server.Version);
                if (WatchMisbehaves(10))
                {
                    process.HearAgain(Server.Log[Math.Max(0, Server.Log.Count - 60) + AnyOf(Math.Min(60, Server.Log.Count))].Object, WatchLag());
                }
            }
        }
    }

    private void ScheduleFault() => At(Now + TimeSpan.FromSeconds(Jitter() * (_onlyOutages ? 120 : 12)), () =>
    {
        if (HasFaults)
        {
            if (_onlyOutages)
            {
                CutOffManyHosts();
            }
            else
            {
                var processes = Processes().ToArray();
                Fault(processes[_random.Next(processes.Length)]);
            }

            ScheduleFault();
        }
    });

    private void Fault(SimulatedProcess process)
    {
        var time = TimeSpan.FromSeconds(Jitter() * Jitter() * 90);
        switch (_random.Next(10))
        {
            case 0 or 1:
                process.Pause(time);
                break;
            case 2 or 3:
                process.CutOff(time);
                break;
            case 4 or 5:
                process.Crash();
                At(Until(time), process.Start);
                break;
            case 6:
                process.SetWallClock((Jitter() - 0.5) * TimeSpan.FromHours(2));
                break;
            case 7 when process is SimulatedHost host:
                host.Later(Delay(), () => host.Drain(time));
                break;
            default:
                CutOffManyHosts();
                break;
        }
    }

    // All of them, or those of the site of one of them.
    private void CutOffManyHosts()
    {
        var time = TimeSpan.FromSeconds(40 + (Jitter() * 60));
        var site = _siteChance.Next(4) == 0 ? null : _hosts[_siteChance.Next(_hosts.Length)].Site;
        var hosts = _hosts.Where(h => site is null || h.Site == site).ToArray();
        Checks.OnOutage(hosts, Until(time));
        foreach (var host in hosts)
        {
            host.CutOff(time);
        }
    }
}
