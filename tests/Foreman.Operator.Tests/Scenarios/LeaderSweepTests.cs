using System.Globalization;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Tests.Hosting;
using Foreman.Testing;
using Foreman.Testing.Faults;

namespace Foreman.Operator.Tests.Scenarios;

/// <summary>
/// A leader is stopped among its writes and another one takes over: after some of them while somebody waits, after more in CI, and after every single one where
/// <c>FOREMAN_TEST_SEEDS</c> says so (<c>.ci/long crash</c>). Renewals of its Lease are not among them: when they come is up to a clock.
/// </summary>
public class LeaderSweepTests
{
    private const int Tasks = 4;

    private static readonly int Places = LongRun.Seeds(quick: 3, full: 8);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Theory, DevCluster(ForOperators = true), KubeApiServer(ForOperators = true)]
    public async Task Wherever_a_leader_stops_among_its_writes_the_next_one_brings_all_to_the_same_end(IClusterUnderTest cluster)
    {
        var whole = await RunAsync(cluster, lastWrite: null);
        Assert.Equal(string.Join('\n', Enumerable.Range(0, Tasks).Select(i => $"t{i} Succeeded GO, attempt 1: 1 Succeeded; Succeeded")), whole.End);
        Assert.InRange(whole.Writes, 2 * Tasks, 50 * Tasks);

        foreach (var last in PlacesIn(whole.Writes))
        {
            var stopped = await RunAsync(cluster, last);
            Assert.True(stopped.End == whole.End, $"The leader was stopped after write {last} of about {whole.Writes}:\n{stopped.End}\nWithout that:\n{whole.End}\nIts writes:\n{stopped.Journal}");
        }
    }

    // From before the first write to behind the last one, and as many between them as there is time for.
    private static IEnumerable<int> PlacesIn(int writes)
    {
        var count = Math.Min(writes + 1, Math.Max(2, Places));
        return Enumerable.Range(0, count).Select(i => i * writes / (count - 1)).Distinct();
    }

    private static async Task<(int Writes, string End, string Journal)> RunAsync(IClusterUnderTest cluster, int? lastWrite)
    {
        await using var proxy = await FaultProxy.StartAsync(cluster);
        using var held = proxy.Inject(new AfterWrite(lastWrite ?? int.MaxValue));
        await using var fleet = await TestOperator.StartAsync(cluster, leaderElect: true, proxy.Configuration);
        var space = await cluster.NewNamespaceAsync("sweep");
        await using var followed = await FollowedTasks.StartAsync(fleet.Client, space);
        await using var first = await StubHost.StartAsync(fleet, $"a-{space}", Moment);
        await using var second = await StubHost.StartAsync(fleet, $"b-{space}", Moment);
        for (var i = 0; i < Tasks; i++)
        {
            await CreateAsync(fleet, space, string.Create(CultureInfo.InvariantCulture, $"t{i}"));
        }

        string[] hosts = [first.Name, second.Name];
        await Eventually.TrueAsync(async () => WritesOf(proxy).Length >= lastWrite || await IsOverAsync(fleet, followed, hosts), $"write {lastWrite}, or the end of all tasks", Patience);
        var writes = WritesOf(proxy);
        if (lastWrite is not null)
        {
            await fleet.StopAsync();
            held.Dispose();
            await ExpireLeaseAsync(fleet);
            await fleet.RestartAsync();
            await Eventually.TrueAsync(() => IsOverAsync(fleet, followed, hosts), $"the next leader to bring all tasks to their ends, after write {lastWrite}", Patience);
        }

        Assert.Empty(followed.Wrongs);
        return (writes.Length, EndOf(followed), string.Join('\n', writes.Select(w => w.ToString())));
    }

    // Those that the server has carried out or refused; the ones that are held back never reach it.
    private static JournalEntry[] WritesOf(FaultProxy proxy) => [.. proxy.Journal.Entries.Where(e => e is { Ended: true, Faults.Count: 0 } && AfterWrite.Counts(e.Call))];

    // All tasks have ended, each has its digest, and both hosts say that they are free: nothing is left to do but to record events.
    private static async Task<bool> IsOverAsync(TestOperator fleet, FollowedTasks followed, string[] hosts)
    {
        if (followed.Count(t => t.IsTerminal()) < Tasks)
        {
            return false;
        }

        foreach (var task in followed.All)
        {
            if ((await fleet.Client.TryReadAsync<V1ConfigMap>(Labels.TranscriptConfigMap(task.Name()), task.Namespace()))?.GetLabel(Labels.TranscriptUid) != task.Uid())
            {
                return false;
            }
        }

        foreach (var host in hosts)
        {
            var status = (await fleet.Client.ReadAsync<FleetNode>(host)).Status;
            if (status?.Conditions.IsTrue(ConditionTypes.Ready) != true || (status.UsedSlots ?? 0) != 0 || !string.IsNullOrEmpty(status.CurrentTask))
            {
                return false;
            }
        }

        return true;
    }

    private static string EndOf(FollowedTasks followed) => string.Join('\n', followed.All.OrderBy(t => t.Name(), StringComparer.Ordinal).Select(EndOf));

    private static string EndOf(AgenticTask task)
    {
        var attempts = string.Join(", ", task.Status.Attempts.Select(a => string.Create(CultureInfo.InvariantCulture, $"{a.Attempt} {a.Outcome}")));
        var completed = task.Status.Conditions.Find(ConditionTypes.Completed)?.Reason;
        return string.Create(CultureInfo.InvariantCulture, $"{task.Name()} {task.PhaseOrPending()} {task.Status.Verdict}, attempt {task.Status.Attempt}: {attempts}; {completed}");
    }

    // A leader that has writes without an answer does not release it, and the next one would have to wait for 15 s.
    private static Task<V1Lease> ExpireLeaseAsync(TestOperator fleet) =>
        fleet.Client.PatchAsync<V1Lease>(V1Patch.Merge(new() { ["spec"] = new JsonObject { ["holderIdentity"] = null } }), "foreman-operator", fleet.Space);

    private static Task<AgenticTask> CreateAsync(TestOperator fleet, string space, string name) => fleet.Client.CreateAsync(new AgenticTask
    {
        Metadata = new() { Name = name, NamespaceProperty = space },
        Spec = new() { Kind = TaskKind.Freeform, Payload = new() { Prompt = "Say hello." } },
    });

    /// <summary>Lets the first writes pass and holds back each one after them, until whoever sent it gives it up.</summary>
    private sealed class AfterWrite(int last) : IFaultSource
    {
        private static readonly CallMatch Writes = new() { Writes = true };

        private int _seen;

        public static bool Counts(ApiCall call) => Writes.Fits(call) && call.Resource != "leases";

        public Fault? Next(ApiCall call) => Counts(call) && ++_seen > last ? new Fault.Delay(TimeSpan.FromDays(1)) : null;
    }
}
