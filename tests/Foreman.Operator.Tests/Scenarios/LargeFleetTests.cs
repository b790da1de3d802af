using System.Collections.Concurrent;
using System.Globalization;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Tests.Hosting;
using Foreman.Testing;

namespace Foreman.Operator.Tests.Scenarios;

/// <summary>
/// A real operator and many hosts, each with connections of its own: 10 hosts and 100 tasks while somebody waits, 200 and 2,000 in CI, and as many hosts as
/// <c>FOREMAN_TEST_SEEDS</c> says (<c>.ci/long fleet</c>: 1,000, with 50 tasks for each).
/// </summary>
public sealed class LargeFleetTests
{
    private static readonly int Hosts = LongRun.Seeds(quick: 10, full: 200);
    private static readonly int Tasks = Hosts * (Hosts >= 1000 ? 50 : 10);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(Hosts >= 1000 ? 40 : Hosts >= 100 ? 8 : 2);
    private const string Last = "last";

    [Theory, DevCluster(ForOperators = true), KubeApiServer(ForOperators = true)]
    public async Task Every_task_runs_once_within_the_slots_and_a_restart_of_the_operator_writes_nothing(IClusterUnderTest cluster)
    {
        await using var fleet = await TestOperator.StartAsync(cluster);
        var space = await cluster.NewNamespaceAsync();
        await using var followed = await FollowedTasks.StartAsync(fleet.Client, space);
        var runsMayEnd = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var hosts = new ConcurrentBag<LightHost>();
        try
        {
            await Parallel.ForAsync(0, Hosts, async (number, _) => hosts.Add(await LightHost.StartAsync(fleet, $"{space}-{number:0000}", runsMayEnd.Task)));
            await Parallel.ForAsync(0, Tasks, async (number, _) => await CreateAsync(fleet, space, string.Create(CultureInfo.InvariantCulture, $"t{number:00000}")));
            await Eventually.TrueAsync(() => followed.Count(IsAtRest) == Tasks && followed.Count(IsRunning) == Hosts, "each host to run a task, and each other task to be told why it waits", Patience);

            var before = VersionsOf(followed);
            await fleet.RestartAsync();
            await CreateAsync(fleet, space, Last);

            // What it wrote before is sent before the word about this one.
            await Eventually.TrueAsync(() => followed.Count(IsAtRest) == Tasks + 1, "the new operator to tell of a new task", Patience);
            Assert.Empty(VersionsOf(followed).Except(before));

            runsMayEnd.SetResult();
            await Eventually.TrueAsync(() => followed.Count(t => t.IsTerminal()) == Tasks + 1, "all tasks to end", Patience);
            Assert.Empty(followed.All.Where(t => !RanOnceAndWell(t)).Select(ToText));
            Assert.Empty(followed.Wrongs);
        }
        finally
        {
            await Parallel.ForEachAsync(hosts, async (host, _) => await host.DisposeAsync());
        }
    }

    private static IReadOnlyList<string> VersionsOf(FollowedTasks followed) => [.. followed.All.Where(t => t.Name() != Last).Select(t => $"{t.Name()} {t.ResourceVersion()}")];

    // A busy machine may take more than the 15 s in which a host has to claim what it was assigned: such an attempt ran nowhere.
    private static bool RanOnceAndWell(AgenticTask task) =>
        task.Status is { Verdict: { } verdict, Attempts: { } attempts } && verdict == Verdict.Go && attempts.Count == task.Status.Attempt
        && attempts[^1].Outcome == AttemptOutcome.Succeeded
        && attempts.SkipLast(1).All(a => a is { Holder: null, StartedAt: null } && a.Outcome == AttemptOutcome.Unclaimed);

    private static string ToText(AgenticTask task) =>
        $"{task.Name()}: attempt {task.Status.Attempt}, {task.Status.Verdict}, {string.Join(" | ", (task.Status.Attempts ?? []).Select(a => $"{a.Attempt} on {a.Node}: {a.Outcome} {a.Reason}"))}";

    private static bool IsRunning(AgenticTask task) => task.PhaseOrPending() == TaskPhase.Running;

    private static bool IsAtRest(AgenticTask task) =>
        IsRunning(task) || task.Status.Conditions.Find(ConditionTypes.Scheduled) is { Status: Conditions.False, Reason: Reasons.WaitingForCapacity };

    private static Task<AgenticTask> CreateAsync(TestOperator fleet, string space, string name) => fleet.Client.CreateAsync(new AgenticTask
    {
        Metadata = new() { Name = name, NamespaceProperty = space },
        Spec = new() { Kind = TaskKind.Freeform, Payload = new() { Prompt = "Say hello." } },
    });
}
