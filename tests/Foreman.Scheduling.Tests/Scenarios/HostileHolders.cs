using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling.Tests.Scenarios;

/// <summary>
/// A fleet whose hosts renew their Leases and whose holders do as they like, a server that keeps the fence, an operator that is
/// replaced now and then, and clocks that are apart. Virtual time, one second a step; a seed gives the same run again.
/// </summary>
internal sealed class HostileHolders
{
    public const int Horizon = 14000;

    private static readonly string[] Behaviours = ["works", "mute", "deaf", "late"];

    private readonly Random _random;
    private readonly int[] _clocks;
    private readonly Dictionary<string, Holding> _holdings = [];
    private ClusterSnapshot _cluster;
    private int _second;
    private int _operatorStarted;
    private int _outageUntil;
    private int _disturbedUntil;

    /// <param name="seed">Of everything random.</param>
    /// <param name="hosts">How many hosts.</param>
    /// <param name="tasks">How many tasks.</param>
    public HostileHolders(int seed, int hosts = 3, int tasks = 6)
    {
        _random = new Random(seed);
        _clocks = [.. Enumerable.Range(0, hosts).Select(_ => _random.Next(-40000, 40000))];
        _cluster = Given.Cluster(
            [.. Enumerable.Range(0, hosts).Select(i => Given.Node($"n{i}", slots: 2))],
            [.. Enumerable.Range(0, tasks).Select(i => Given.Task($"t{i}").With(s => s with { TimeoutSeconds = _random.Next(0, 4) * 200 }))]);
    }

    public IReadOnlyList<AgenticTask> Tasks => _cluster.Tasks;

    /// <summary>Writes of holders that the fence refused.</summary>
    public int Refused { get; private set; }

    /// <summary>Attempts that the operator took back from a holder that lives.</summary>
    public int TakenBack { get; private set; }

    /// <summary>Runs the simulation; each broken rule is a line.</summary>
    public IReadOnlyList<string> Run()
    {
        var broken = new List<string>();
        for (_second = 0; _second < Horizon && _cluster.Tasks.Any(t => !t.IsTerminal()); _second++)
        {
            Happen();
            Holders();
            Decide(broken);
            broken.AddRange(_cluster.Tasks.Where(IsOverdue).Select(t => $"{_second} s: {t.Name()} attempt {t.Status.Attempt} still runs past its limits"));
            if (broken.Count > 0)
            {
                return broken;
            }
        }

        return [.. broken, .. _cluster.Tasks.Where(t => !t.IsTerminal()).Select(t => $"{t.Name()} has not ended: {t.PhaseOrPending()}, attempt {t.Status.Attempt}")];
    }

    // The operator is replaced, the API server is away for a while, somebody cancels.
    private void Happen()
    {
        if (_random.Next(1500) == 0)
        {
            (_operatorStarted, _disturbedUntil) = (_second, Math.Max(_disturbedUntil, _second));
            _cluster = _cluster with { State = SchedulerState.Empty };
        }

        if (_random.Next(4000) == 0)
        {
            _outageUntil = _disturbedUntil = _second + _random.Next(1, 200);
        }

        if (_random.Next(1500) == 0)
        {
            var name = $"t{_random.Next(_cluster.Tasks.Count)}";
            Store(name, t => t.IsTerminal() ? t : t.With(s => s with { Cancel = true }));
        }
    }

    private bool IsReachable => _second >= _outageUntil;

    private void Holders()
    {
        foreach (var task in IsReachable ? _cluster.Tasks : [])
        {
            if (task.IsScheduled() && _random.Next(3) == 0)
            {
                Claim(task);
            }
        }

        foreach (var holding in IsReachable ? _holdings.Values.ToArray() : [])
        {
            Act(holding);
        }
    }

    private void Claim(AgenticTask task)
    {
        var host = int.Parse(task.Status.AssignedNode![1..], System.Globalization.CultureInfo.InvariantCulture);
        var behaviour = Behaviours[_random.Next(Behaviours.Length)];
        _holdings[$"{task.Name()}/{task.Status.Attempt}"] = new(task.Name(), task.Status.Attempt, host, behaviour, _second, _second + _random.Next(5, 400));
        Store(task.Name(), t => t with
        {
            Status = t.Status with
            {
                Phase = TaskPhase.Running,
                Claim = new() { Holder = $"host{host}/1", AcquiredAt = HostTime(host) },
                Progress = new() { UpdatedAt = HostTime(host) },
            },
        });
    }

    private void Act(Holding holding)
    {
        var task = _cluster.Tasks.First(t => t.Name() == holding.Task);
        var age = _second - holding.Since;
        if (holding.Behaviour is "works" or "deaf" && age % 20 == 0)
        {
            Write(holding, t => t with { Status = t.Status with { Progress = new() { Turn = age / 20, UpdatedAt = HostTime(holding.Host) } } });
        }

        if ((holding.Behaviour == "works" && (_second >= holding.EndsAt || task.Spec.Cancel == true)) || (holding.Behaviour == "late" && age == 900))
        {
            _holdings.Remove($"{holding.Task}/{holding.Attempt}");
            Write(holding, t => t with { Status = t.Status with { Phase = TaskPhase.Succeeded, Verdict = Verdict.Go } });
        }
    }

    // What TaskWrites tests: attempt, phase and holder.
    private void Write(Holding holding, Func<AgenticTask, AgenticTask> change)
    {
        var task = _cluster.Tasks.First(t => t.Name() == holding.Task);
        if (task.Status.Attempt == holding.Attempt && task.IsRunning() && task.Status.Claim?.Holder == $"host{holding.Host}/1")
        {
            Store(holding.Task, change);
        }
        else
        {
            Refused++;
        }
    }

    private void Decide(List<string> broken)
    {
        _cluster = _cluster with
        {
            Uptime = TimeSpan.FromSeconds(_second - _operatorStarted),
            IsApiReachable = IsReachable,
            Leases = IsReachable && _second % 10 == 0
                ? [.. _cluster.Nodes.Select((n, i) => Given.Lease(n.Name(), $"host{i}/1") is var lease ? lease with { Spec = lease.Spec! with { RenewTime = HostTime(i) } } : null!)]
                : _cluster.Leases,
        };
        var plan = Scheduler.Decide(_cluster, Given.Now.AddSeconds(_second));
        foreach (var decision in plan.Tasks)
        {
            if (decision.After.Status.Attempt - decision.Task.Status.Attempt is < 0 or > 1)
            {
                broken.Add($"{_second} s: {decision.Task.Name()} jumps to attempt {decision.After.Status.Attempt}");
            }

            if (decision is TakeBackTask back && decision.Task.IsRunning())
            {
                TakenBack++;
                broken.AddRange(Early(back));
            }
        }

        _cluster = _cluster.Then(plan);
    }

    private static TimeSpan Limit(AgenticTask task) => RunLimits.Time(task.Spec, BuiltInAgent.Spec);

    // Taken back before its limit by the true clock, whatever the hosts' clocks show.
    private IEnumerable<string> Early(TakeBackTask back)
    {
        var holding = _holdings.GetValueOrDefault($"{back.Task.Name()}/{back.Task.Status.Attempt}");
        var age = TimeSpan.FromSeconds(_second - (holding?.Since ?? 0));
        var least = back.Attempt.Reason switch
        {
            Reasons.NoProgress => RunLimits.Silence(BuiltInAgent.Spec),
            "Timeout" => Limit(back.Task) + RunLimits.Grace(BuiltInAgent.Spec),
            "Cancelled" => RunLimits.Grace(BuiltInAgent.Spec),
            _ => TimeSpan.MaxValue,
        };
        return !IsReachable || age + TimeSpan.FromSeconds(1) < least ? [$"{_second} s: {back.Task.Name()} was taken back for {back.Attempt.Reason} after {age}"] : [];
    }

    // After a new operator or an outage holders get their time to end anew; a Lease is up to an outage older than what it dates.
    private bool IsOverdue(AgenticTask task)
    {
        if (!task.IsRunning() || !IsReachable)
        {
            return false;
        }

        var holding = _holdings.GetValueOrDefault($"{task.Name()}/{task.Status.Attempt}");
        var (since, writes) = (holding?.Since ?? _second, holding?.Behaviour is "works" or "deaf");
        var time = Math.Max(since + Limit(task).TotalSeconds, _disturbedUntil) + RunLimits.Grace(BuiltInAgent.Spec).TotalSeconds;
        var silence = writes ? double.MaxValue : Math.Max(since, _disturbedUntil) + RunLimits.Silence(BuiltInAgent.Spec).TotalSeconds;
        return _second > Math.Min(time, silence) + 240;
    }

    private DateTimeOffset HostTime(int host) => Given.Now.AddSeconds(_second + _clocks[host]);

    private void Store(string name, Func<AgenticTask, AgenticTask> change) =>
        _cluster = _cluster with { Tasks = [.. _cluster.Tasks.Select(t => t.Name() == name ? change(t) : t)] };

    private sealed record Holding(string Task, long Attempt, int Host, string Behaviour, int Since, int EndsAt);
}
