using System.Globalization;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Bench.Fleet;

/// <summary>
/// How many tasks an operator assigns in a second, against the same patches sent bare. The tasks wait for one other; when that has ended, all of them may start at
/// once. The hosts claim nothing meanwhile, so that both sides make the same writes.
/// </summary>
internal sealed class AssignmentRate : IFleetMeasurement
{
    private const int Hosts = 200;
    private const int Slots = 12;
    private const int Tasks = 2000;
    private const int Rounds = 5;

    // As many as the operator has under way at once.
    private const int AtOnce = 32;
    private const double LeastPercent = 80;
    private const string Gate = "gate";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly PatchOptions OfStatus = new() { Subresource = "status", FieldValidation = FieldValidation.Warn, FieldManager = ApiGroup.FieldManager };

    public string What => string.Create(CultureInfo.InvariantCulture, $"{Tasks:N0} tasks that may start at once, {Hosts} hosts: assignments a second against bare patches");

    public string Aim => string.Create(CultureInfo.InvariantCulture, $"≥ {LeastPercent:0} %");

    public async Task<FleetResult> MeasureAsync(FleetCluster cluster, TimeProvider time, CancellationToken stop)
    {
        await using var hosts = await LightHosts.StartAsync(cluster, new() { Count = Hosts, Slots = Slots }, time, stop);
        var (assigned, bare) = (new List<double>(), new List<double>());

        // The first round warms everything up and does not count.
        for (var round = 0; round <= Rounds; round++)
        {
            var (ours, theirs) = (await TurnAsync(cluster, isBare: false, time, stop), await TurnAsync(cluster, isBare: true, time, stop));
            FleetProgress.Tell($"  round {round} of {Rounds}: {ours:0} assignments/s, {theirs:0} bare patches/s");
            if (round > 0)
            {
                assigned.Add(ours);
                bare.Add(theirs);
            }
        }

        hosts.EnsureAlive();
        var (rate, baseline) = (FleetResult.Median(assigned), FleetResult.Median(bare));
        var percent = 100 * rate / baseline;
        return new FleetResult(
            string.Create(CultureInfo.InvariantCulture, $"{rate:N0}/s against {baseline:N0}/s: {percent:0} %, medians of {Rounds} rounds"),
            percent >= LeastPercent,
            new Dictionary<string, double> { ["assignmentsPerSecond"] = rate, ["barePatchesPerSecond"] = baseline, ["percent"] = percent });
    }

    // Writes a second, from the first that is sent until a watch shows the last.
    private static async Task<double> TurnAsync(FleetCluster cluster, bool isBare, TimeProvider time, CancellationToken stop)
    {
        await cluster.Client.CreateAsync(GateTask(), cancellationToken: stop);
        await cluster.CreateTasksAsync(Tasks, WaitingTask, stop);
        double seconds;
        await using (var follower = await TaskFollower.StartAsync(cluster, time, stop))
        await using (var daemon = await OperatorProcess.StartAsync(cluster, time))
        {
            await follower.SeenAsync(new("tasks told why they wait", Tasks + 1, TaskFollower.IsExplained, Patience), stop);
            await daemon.RestAsync(stop);
            if (isBare)
            {
                await daemon.StopAsync();
            }

            var tasks = follower.Tasks.Where(t => t.Name() != Gate).ToArray();
            var last = follower.SeenAsync(new("tasks assigned", Tasks, t => t.PhaseOrPending() == TaskPhase.Scheduled, Patience), stop);
            var begun = time.GetTimestamp();
            await (isBare ? PatchAsync(cluster.Client, tasks, time, stop) : OpenGateAsync(cluster.Client, stop));
            seconds = time.GetElapsedTime(begun, await last).TotalSeconds;
        }

        await cluster.DeleteTasksAsync(stop);
        return Tasks / seconds;
    }

    private static AgenticTask GateTask()
    {
        var task = FleetCluster.NewTask(Gate);
        return task with { Spec = task.Spec with { Suspend = true } };
    }

    private static AgenticTask WaitingTask(int number)
    {
        var task = FleetCluster.NewTask(FleetCluster.Numbered("task", number));
        return task with { Spec = task.Spec with { DependsOn = [Gate] } };
    }

    private static async Task OpenGateAsync(KubernetesClient client, CancellationToken stop)
    {
        var status = new JsonObject { ["phase"] = TaskPhase.Succeeded.Value, ["verdict"] = Verdict.Go.Value };
        await client.PatchMetadataAsync<AgenticTask>(V1Patch.Merge(new JsonObject { ["status"] = status }), Gate, FleetCluster.Space, OfStatus, stop);
    }

    private static Task PatchAsync(KubernetesClient client, AgenticTask[] tasks, TimeProvider time, CancellationToken stop) => Parallel.ForAsync(
        0, tasks.Length, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stop }, async (number, token) =>
        {
            var patch = AssignmentOf(tasks[number], LightHosts.NameOf(number % Hosts), time);
            await client.PatchMetadataAsync<AgenticTask>(patch, tasks[number].Name(), tasks[number].Namespace(), OfStatus, token);
        });

    // What the operator writes: the same tests, fields and message.
    private static V1Patch AssignmentOf(AgenticTask task, string host, TimeProvider time)
    {
        var scheduled = new V1Condition
        {
            Type = ConditionTypes.Scheduled,
            Status = Conditions.True,
            Reason = Reasons.FleetNodeAssigned,
            Message = $"Attempt 1 was assigned to {host}, placement {Placement.Node}.",
            ObservedGeneration = task.Metadata.Generation,
        };
        return TaskWrites.Assign(task, new TaskAssignment(host, Placement.Node, null, null), task.Status.Conditions.Set(scheduled, time.GetUtcNow()));
    }
}
