using System.Text.Json.Nodes;
using Foreman.Kubernetes;

namespace Foreman.Api.Tests.Policies;

/// <summary>The writes that agents, runs and the operator make, by the code that makes them, as far as it is not the programs' own.</summary>
internal sealed class ProperWrites(PolicyScene scene, Victims victims)
{
    private static readonly PatchOptions ToStatus = new() { Subresource = "status" };

    private string HolderA => scene.HostA + "-id/1";

    public async Task OfAHostAsync()
    {
        var name = scene.Release + "-c";
        var host = scene.As(scene.Host("host C", name));
        var node = await host.CreateAsync(new FleetNode
        {
            Metadata = new() { Name = name, Labels = new Dictionary<string, string> { [Labels.AgentMode] = "stub", [Labels.Site] = "berlin", ["zone"] = "a", [Victims.Label] = scene.Release } },
            Spec = new() { NodeName = name, Roles = ["worker"], TailscaleAddr = "100.64.0.1" },
        });
        foreach (var status in (string[])
        [
            $$$"""{"phase":"Ready","lastHeartbeatTime":"2026-01-01T00:00:00Z","instance":{"holder":"{{{name}}}-id/1"},"agentVersion":"0.1.0","os":"linux","arch":"amd64","agentKind":"foreman-agent","slots":1,"notAccepting":[],"taskNamespaces":["default"]}""",
            """{"capability":{"accelerator":"none","models":[{"name":"m","server":"http://127.0.0.1:8080"}]}}""",
            """{"phase":"Draining","slots":2}""",
        ])
        {
            await Attack.Status(new(FleetNode.Type, name), status)(host);
        }

        await Attack.Merge(new(FleetNode.Type, name), $$$$"""{"metadata":{"labels":{"{{{{Labels.HostPrefix}}}}os":"linux","{{{{Labels.AgentMode}}}}":null}}}""")(host);
        await LeaseAsync(host, name, node);
        await new EventRecorder(host, new EventRecorderOptions { Component = "foreman-agent", Instance = name }).NormalAsync(node, "Registered", "told by a test");
        Assert.Single((await scene.Admin.ListAsync<CoreV1Event>("default", new ListOptions { FieldSelector = $"involvedObject.name={name}" })).Items);
        await host.CreateAsync(V1SelfSubjectAccessReview.Of("patch", AgenticTask.Type, scene.Space, subresource: "status"));
        await scene.Admin.DeleteAsync<FleetNode>(name);
        await PolicyScene.RefusalAsync(() => scene.Admin.DeleteAsync<V1Lease>(Labels.LeaseName(name), scene.Release));
    }

    public async Task OfItsTasksAsync()
    {
        var host = scene.As(scene.A);
        var task = await ReadAsync("waits-a");
        await WriteAsync(host, task, TaskWrites.Claim(1, new TaskClaim { Holder = HolderA, AcquiredAt = DateTimeOffset.UnixEpoch }, true, [Condition("Running")]));
        await WriteAsync(host, task, TaskWrites.Reclaim(1, HolderA, scene.HostA + "-id/2"));
        await WriteAsync(host, task, TaskWrites.Progress(1, scene.HostA + "-id/2", new TaskProgress { Turn = 1, Tool = "read_file" }, [Condition("Running")]));
        await host.CreateAsync(Log("waits-a", 1, scene.HostA, scene.HostA + "-id/2"));
        await host.Dynamic.CreateAsync(victims.OfAttempt(ToolRequest.Type, "waits-a", 1, scene.HostA, scene.HostA + "-id/2"));
        var events = new EventRecorder(host, new EventRecorderOptions { Component = "foreman-agent", Instance = scene.HostA });
        await events.WarningAsync(task, "ToolDenied", "told by a test");
        await events.WarningAsync(task, "ToolDenied", "told by a test");
        var told = Assert.Single((await scene.Admin.ListAsync<CoreV1Event>(scene.Space, new ListOptions { FieldSelector = "involvedObject.name=waits-a" })).Items);
        Assert.Equal(2, told.Count);
        await WriteAsync(host, task, TaskWrites.GiveBack(1, scene.HostA + "-id/2", Entry(1, AttemptOutcome.GivenBack), [Condition("Scheduled")]));

        await AssignAsync("waits-a", scene.HostA, Placement.Node);
        await WriteAsync(host, task, TaskWrites.Decline(2, Entry(2, AttemptOutcome.Declined), [Condition("Scheduled")]));
        await AssignAsync("waits-a", scene.HostA, Placement.Node);
        await WriteAsync(host, task, TaskWrites.Claim(3, new TaskClaim { Holder = HolderA }, false, []));
        await WriteAsync(host, task, TaskWrites.End(3, HolderA, Completion(Entry(3, AttemptOutcome.Succeeded))));
        Assert.Equal((TaskPhase.Succeeded, 3), ((await ReadAsync("waits-a")).PhaseOrPending(), (await ReadAsync("waits-a")).Status.Attempts.Count));
        await Attack.Merge(new(AgenticTask.Type, "waits-a", scene.Space), """{"metadata":{"annotations":{"kept":"by a person"}}}""")(scene.Admin);
    }

    public async Task OfAnAgentInAPodAsync()
    {
        var node = scene.Release + "-n1";
        var agent = scene.As(scene.Agent(node));
        var made = await agent.CreateAsync(new FleetNode { Metadata = new() { Name = node }, Spec = new() { NodeName = node } });
        await Attack.Status(new(FleetNode.Type, node), """{"phase":"Ready"}""")(agent);
        await LeaseAsync(agent, node, made);
        await AssignAsync("pending", node, Placement.Node);
        var task = await ReadAsync("pending");
        await WriteAsync(agent, task, TaskWrites.Claim(1, new TaskClaim { Holder = "n1-id/1" }, true, []));
        await agent.CreateAsync(Log("pending", 1, node, "n1-id/1"));
        await WriteAsync(agent, task, TaskWrites.GiveBack(1, "n1-id/1", Entry(1, AttemptOutcome.GivenBack) with { Node = node }, []));
        await scene.Admin.DeleteAsync<FleetNode>(node);
        await PolicyScene.RefusalAsync(() => scene.Admin.DeleteAsync<V1Lease>(Labels.LeaseName(node), scene.Release));
    }

    public async Task OfARunAsync()
    {
        var run = scene.As(scene.Run(victims.Job(2), "uid-2"));
        var task = await ReadAsync("of-job");
        await WriteAsync(run, task, TaskWrites.Progress(2, "pod/uid-2", new TaskProgress { Turn = 1 }));
        await run.Dynamic.CreateAsync(victims.OfAttempt(RunLog.Type, "of-job", 2, null, "pod/uid-2"));
        await run.Dynamic.CreateAsync(victims.OfAttempt(ToolRequest.Type, "of-job", 2, null, "pod/uid-2"));
        await new EventRecorder(run, new EventRecorderOptions { Component = "foreman-agent", Instance = victims.Job(2) + "-x7k2p" }).WarningAsync(task, "ToolDenied", "told by a test");
        await WriteAsync(run, task, TaskWrites.End(2, "pod/uid-2", Completion(Entry(2, AttemptOutcome.Succeeded))));
        Assert.Single((await scene.Admin.ListAsync<CoreV1Event>(scene.Space, new ListOptions { FieldSelector = "involvedObject.name=of-job" })).Items);
    }

    /// <summary>A container that is the task, from the assignment to its end: its pod claims and reports, the operator ends it.</summary>
    public async Task OfAContainerAsync()
    {
        var client = scene.As(scene.Operator);
        var task = await ReadAsync("pending");
        var attempt = task.Status.Attempt + 1;
        await WriteAsync(client, task, TaskWrites.Assign(task, new("", Placement.Job, null, null) { RunsInJob = true }, [Condition("Scheduled")]));
        var pod = scene.As(scene.Run((await ReadAsync("pending")).Status.JobName!, "uid-of-pod"));
        await WriteAsync(pod, task, TaskWrites.Claim(attempt, new TaskClaim { Holder = "pod/uid-of-pod" }, false, [Condition("Running")]));
        await WriteAsync(pod, task, TaskWrites.Progress(attempt, "pod/uid-of-pod", new TaskProgress()));
        await WriteAsync(pod, task, TaskWrites.Outputs(attempt, "pod/uid-of-pod", new JsonObject { ["url"] = "https://example.com" }));
        var ended = await ReadAsync("pending");
        await WriteAsync(client, ended, TaskWrites.TakeBack(ended, Entry(attempt, AttemptOutcome.Succeeded), [Condition("Scheduled")], exitCode: 0));
        await WriteAsync(client, ended, TaskWrites.EndPending(await ReadAsync("pending"), Completion(null)));
        var (phase, status) = ((await ReadAsync("pending")).PhaseOrPending(), (await ReadAsync("pending")).Status);
        Assert.Equal((TaskPhase.Succeeded, 0, "https://example.com"), (phase, status.ExitCode, status.Outputs!["url"]));
    }

    public async Task OfTheOperatorAsync()
    {
        var client = scene.As(scene.Operator);
        await AssignAsync("pending", scene.HostA, Placement.Operator, client);
        var task = await ReadAsync("pending");
        await WriteAsync(client, task, TaskWrites.Claim(1, new TaskClaim { Holder = "operator-1" }, true, []));
        await WriteAsync(client, task, TaskWrites.Progress(1, "operator-1", new TaskProgress { Turn = 1 }));
        await client.CreateAsync(Log("pending", 1, null, "operator-1"));
        await WriteAsync(client, task, TaskWrites.GiveBack(1, "operator-1", Entry(1, AttemptOutcome.GivenBack), []));
        await AssignAsync("pending", scene.HostA, Placement.Operator, client);
        await WriteAsync(client, task, TaskWrites.Decline(2, Entry(2, AttemptOutcome.Declined), []));
        await WriteAsync(client, task, TaskWrites.PendingConditions(await ReadAsync("pending"), [Condition("Scheduled")]));
        await WriteAsync(client, task, TaskWrites.EndPending(await ReadAsync("pending"), Completion(null)));

        foreach (var held in (string[])["of-a", "waits-a"])
        {
            var lost = await ReadAsync(held);
            await WriteAsync(client, lost, TaskWrites.TakeBack(lost, Entry(lost.Status.Attempt, AttemptOutcome.Lost), []));
        }

        var running = await ReadAsync("of-operator");
        await WriteAsync(client, running, TaskWrites.End(1, "operator-1", Completion(Entry(1, AttemptOutcome.Succeeded))));
        await Attack.Status(new(FleetNode.Type, scene.HostA), """{"phase":"NotReady","usedSlots":1,"currentTask":"x/y","currentTasks":["x/y"],"conditions":[{"type":"Ready","status":"False","reason":"R","message":"","lastTransitionTime":"2026-01-01T00:00:00Z"}]}""")(client);
        await new EventRecorder(client, new EventRecorderOptions { Component = "foreman-operator" }).NormalAsync(task, "Completed", "told by a test");
        await Attack.Merge(new(AgenticTask.Type, "waits-b", scene.Space), """{"spec":{"cancel":true}}""")(client);
        await client.CreateAsync(new V1Lease { Metadata = new() { Name = "elected", NamespaceProperty = scene.Release }, Spec = new() { HolderIdentity = "operator-1", LeaseDurationSeconds = 15 } });
        Assert.NotEmpty((await scene.Admin.ListAsync<CoreV1Event>(scene.Space, new ListOptions { FieldSelector = "involvedObject.name=pending" })).Items);
    }

    // Takes, renews with an owner, and releases, as an agent does.
    private async Task LeaseAsync(KubernetesClient client, string name, FleetNode node)
    {
        var lease = new LeaseLock(client, scene.Release, Labels.LeaseName(name), name + "-id/1", new() { Duration = new LeaseHolderOptions().Duration }) { Owner = node.AsOwner() };
        Assert.True((await lease.TryAcquireOrRenewAsync()).Held);
        Assert.True((await lease.TryAcquireOrRenewAsync()).Held);
        Assert.True(await lease.ReleaseAsync());
    }

    private async Task AssignAsync(string name, string node, Placement placement, KubernetesClient? client = null)
    {
        var task = await ReadAsync(name);
        await WriteAsync(client ?? scene.As(scene.Operator), task, TaskWrites.Assign(task, new(node, placement, new() { Name = "m" }, 7), [Condition("Scheduled")]));
    }

    private Task<AgenticTask> ReadAsync(string name) => scene.Admin.ReadAsync<AgenticTask>(name, scene.Space);

    private static Task WriteAsync(KubernetesClient client, AgenticTask task, V1Patch patch) =>
        client.PatchMetadataAsync<AgenticTask>(patch, task.Metadata.Name ?? "", task.Metadata.NamespaceProperty, ToStatus);

    private RunLog Log(string task, long attempt, string? node, string writer) => new()
    {
        Metadata = new()
        {
            Name = Labels.RunLogName(victims.Uids[task], attempt, 1),
            NamespaceProperty = scene.Space,
            OwnerReferences = [new() { ApiVersion = AgenticTask.Type.ApiVersion, Kind = AgenticTask.Type.Kind, Name = task, Uid = victims.Uids[task] }],
        },
        Spec = new() { TaskRef = new() { Name = task, Uid = victims.Uids[task] }, Attempt = attempt, Seq = 1, Writer = writer, Node = node, Codec = "jsonl", Data = "{}\n" },
    };

    private TaskAttempt Entry(long attempt, AttemptOutcome outcome) => new() { Attempt = attempt, Node = scene.HostA, Outcome = outcome };

    private static TaskCompletion Completion(TaskAttempt? entry) => new()
    {
        Phase = TaskPhase.Succeeded,
        Verdict = Verdict.Go,
        Attempt = entry,
        FinishedAt = DateTimeOffset.UnixEpoch,
        Result = new JsonObject { ["summary"] = "done" },
    };

    private static V1Condition Condition(string type) => new() { Type = type, Status = "True", Reason = "Told", Message = "", LastTransitionTime = DateTimeOffset.UnixEpoch };
}
