using System.Globalization;
using Foreman.Api;

namespace Foreman.Bench.Fleet;

/// <summary>What an operator takes in a minute in which nothing happens but heartbeats, while tasks wait that fit nowhere and each of them says why.</summary>
internal sealed class IdleOperator : IFleetMeasurement
{
    private const double MostSeconds = 0.3;
    private const long MostWrites = 20;
    private const double MostMB = 250;
    private const double LessPercent = 2;

    private static readonly TimeSpan Length = TimeSpan.FromMinutes(1);

    private readonly LightHostOptions _hosts;
    private readonly int _tasks;
    private readonly int _demands;
    private readonly TimeSpan _patience;
    private readonly Func<OperatorUse, FleetResult> _judge;

    private IdleOperator(LightHostOptions hosts, (int Tasks, int Demands) queue, TimeSpan patience, Func<OperatorUse, FleetResult> judge)
    {
        (_hosts, _patience, _judge) = (hosts, patience, judge);
        (_tasks, _demands) = queue;
    }

    public required string What { get; init; }

    public required string Aim { get; init; }

    /// <summary>A small fleet with much that waits: its processor time and its writes.</summary>
    public static IdleOperator WithTasksThatFitNowhere() => new(new() { Count = 20, WritesStatus = true }, (2000, 20), TimeSpan.FromMinutes(5), JudgeWork)
    {
        What = "2,000 tasks that fit nowhere, 20 hosts with heartbeats: the operator in a minute",
        Aim = string.Create(CultureInfo.InvariantCulture, $"≤ {MostSeconds} CPU-s, ≤ {MostWrites} writes"),
    };

    /// <summary>A large fleet: memory, and processor time while every Lease is renewed.</summary>
    /// <param name="server">dev or kube: the dev cluster, which tells watches of the last 4,096 changes of a kind only, gets a tenth of the tasks.</param>
    public static IdleOperator OfLargeFleet(string server)
    {
        var tasks = server == FleetCluster.Kube ? 50_000 : 5000;
        return new(new() { Count = 5000 }, (tasks, 500), TimeSpan.FromMinutes(20), JudgeSize)
        {
            What = string.Create(CultureInfo.InvariantCulture, $"5,000 hosts that renew their Leases, {tasks:N0} waiting tasks: the operator at rest"),
            Aim = string.Create(CultureInfo.InvariantCulture, $"≤ {MostMB:0} MB resident, < {LessPercent:0} % of a core"),
        };
    }

    public async Task<FleetResult> MeasureAsync(FleetCluster cluster, TimeProvider time, CancellationToken stop)
    {
        await cluster.CreateTasksAsync(_tasks, WaitingTask, stop);
        await using var hosts = await LightHosts.StartAsync(cluster, _hosts, time, stop);
        await using var daemon = await OperatorProcess.StartAsync(cluster, time);
        await using (var follower = await TaskFollower.StartAsync(cluster, time, stop))
        {
            await follower.SeenAsync(new("tasks told why they wait", _tasks, TaskFollower.IsExplained, _patience), stop);
        }

        FleetProgress.Tell($"  the operator comes to rest, and is measured for {Length.TotalSeconds:0} s");
        await daemon.RestAsync(stop);
        var use = await daemon.MeasureAsync(Length, stop);
        hosts.EnsureAlive();
        return _judge(use);
    }

    private static FleetResult JudgeWork(OperatorUse use) => new(
        string.Create(CultureInfo.InvariantCulture, $"{use.PerMinute:0.00} CPU-s, {use.Writes.Objects} writes; {use.ResidentMB:0.0} MB resident"),
        use.PerMinute <= MostSeconds && use.Writes.Objects <= MostWrites,
        FiguresOf(use));

    private static FleetResult JudgeSize(OperatorUse use) => new(
        string.Create(CultureInfo.InvariantCulture, $"{use.ResidentMB:0.0} MB, {use.CorePercent:0.0} % of a core; {use.Writes.Objects} writes in a minute"),
        use.ResidentMB <= MostMB && use.CorePercent < LessPercent,
        FiguresOf(use));

    private static Dictionary<string, double> FiguresOf(OperatorUse use) => new()
    {
        ["cpuSecondsPerMinute"] = use.PerMinute,
        ["corePercent"] = use.CorePercent,
        ["writes"] = use.Writes.Objects,
        ["leaseWrites"] = use.Writes.Leases,
        ["residentMB"] = use.ResidentMB,
    };

    // Each demand asks for more memory than any host has.
    private AgenticTask WaitingTask(int number)
    {
        var task = FleetCluster.NewTask(FleetCluster.Numbered("waiting", number));
        return task with { Spec = task.Spec with { RequiredCapability = new() { MinRAMGB = (4 * LightHosts.RamGB) + (number % _demands) } } };
    }
}
