namespace Foreman.Kubernetes.Tests.Properties.Election;

/// <summary>
/// Three processes, a server and everything that can go wrong between them, from one seed and in virtual time. A run ends
/// with what was violated, or null.
/// </summary>
internal sealed class ElectionWorld
{
    private static readonly TimeSpan FaultsEnd = TimeSpan.FromSeconds(90);

    // A Lease of 15 s expires, by a slow clock, and is found so by an attempt that begins up to 4 s later; twice, because the
    // last fault may have been the crash of the one who had just taken it.
    private static readonly TimeSpan SomebodyLeads = FaultsEnd + TimeSpan.FromSeconds(60);
    private static readonly TimeSpan End = SomebodyLeads + TimeSpan.FromSeconds(20);

    private readonly PriorityQueue<Action, (TimeSpan When, int Order)> _events = new();
    private readonly Random _random;
    private readonly ElectorNode[] _nodes;
    private int _order;
    private string? _violation;

    public ElectionWorld(int seed, ElectionRules rules)
    {
        _random = new Random(seed);
        Rules = rules;
        _nodes = [new(this, "a"), new(this, "b"), new(this, "c")];
    }

    public ElectionRules Rules { get; }

    public TimeSpan Now { get; private set; }

    public SimulatedLeaseServer Server { get; } = new();

    /// <summary>Plays a seed.</summary>
    public static string? Play(int seed, ElectionRules? rules = null) => new ElectionWorld(seed, rules ?? new()).Play();

    public double Jitter() => _random.NextDouble();

    /// <summary>Whether a fault happens that happens once in so many times; never any more when the faults have ended.</summary>
    public bool Happens(int oneIn) => Now < FaultsEnd && _random.Next(oneIn) == 0;

    public TimeSpan Short() => TimeSpan.FromMilliseconds(1 + (Jitter() * 40));

    public TimeSpan Long() => TimeSpan.FromSeconds(Jitter() * 25);

    /// <summary>When a fault ends that begins now: in so much time, and before the time without faults.</summary>
    public TimeSpan Until(TimeSpan time) => Now + time < FaultsEnd ? Now + time : FaultsEnd;

    public void At(TimeSpan when, Action what) => _events.Enqueue(what, (when, ++_order));

    /// <summary>Nobody else may lead while this process does.</summary>
    public void CheckOneLeader(ElectorNode node)
    {
        if (node.Leads && !Rules.DeletesLease && Array.Find(_nodes, n => n != node && n.Leads) is { } other)
        {
            _violation ??= $"at {Now} {node} leads, and so does {other}";
        }
    }

    /// <summary>Nobody else may lead when the server gives the Lease to this process.</summary>
    public void CheckAccepted(ElectorNode node)
    {
        if (!Rules.DeletesLease && Array.Find(_nodes, n => n != node && n.Leads) is { } other)
        {
            _violation ??= $"at {Now} the Lease went to {Server.Holder ?? "nobody"} by a call of {node}, while {other} leads";
        }
    }

    private string? Play()
    {
        foreach (var node in _nodes)
        {
            node.Start();
        }

        ScheduleFault();
        Run(SomebodyLeads);
        var leader = Array.Find(_nodes, n => n.Leads);
        var term = leader?.Term;
        Run(End);
        if (_violation is null && (leader is null || !leader.Leads || leader.Term != term))
        {
            return leader is null ? $"nobody leads {SomebodyLeads - FaultsEnd} after the last fault" : $"{leader} has lost the lead without a fault";
        }

        for (var i = 1; i < Server.History.Count; i++)
        {
            if (Server.History[i] < Server.History[i - 1])
            {
                _violation ??= $"a write of term {Server.History[i]} has landed after one of term {Server.History[i - 1]}";
            }
        }

        return _violation ?? (Server.History.Count == 0 ? "no leader has ever written anything" : null);
    }

    private void Run(TimeSpan until)
    {
        while (_violation is null && _events.TryPeek(out _, out var next) && next.When <= until)
        {
            Now = next.When;
            _events.Dequeue()();
        }

        Now = until;
    }

    private void ScheduleFault() => At(
        Now + TimeSpan.FromSeconds(Jitter() * 8),
        () =>
        {
            if (Now < FaultsEnd)
            {
                Fault(_nodes[_random.Next(_nodes.Length)]);
                ScheduleFault();
            }
        });

    private void Fault(ElectorNode node)
    {
        var time = Long();
        switch (_random.Next(Rules.DeletesLease ? 8 : 7))
        {
            case 0 or 1:
                node.Pause(time);
                break;
            case 2:
                node.CutOff(time);
                break;
            case 3:
                node.Crash();
                At(Until(time), node.Start);
                break;
            case 4:
                node.Stop();
                break;
            case 5:
                node.SetWallClock((Jitter() - 0.5) * TimeSpan.FromDays(2), stands: false);
                break;
            case 6:
                node.SetWallClock(TimeSpan.Zero, stands: true);
                break;
            default:
                Server.DeleteLease();
                break;
        }
    }
}
