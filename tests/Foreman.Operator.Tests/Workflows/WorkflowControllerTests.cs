using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Controllers;
using Foreman.Operator.Tests.Fakes;
using Foreman.Operator.Tests.Hosting;
using Foreman.Operator.Tests.Workloads;
using Foreman.Operator.Workflows;
using Foreman.Operator.Workloads;
using Foreman.Testing;
using Foreman.Testing.Faults;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Operator.Tests.Workflows;

/// <summary>The controller on real API servers. An operator of another test would act on the same Workflows, so these run alone.</summary>
[Collection(nameof(OneLeader))]
public sealed class WorkflowControllerTests
{
    private static readonly WorkflowStep[] Steps =
    [
        WorkflowScene.Step("design", "Design."),
        WorkflowScene.Step("build", "Build ${steps.design.output.what}."),
        WorkflowScene.Step("tell", "Tell of ${steps.0.output.what}: ${steps.build.summary}"),
    ];

    [Theory, DevCluster, KubeApiServer]
    public async Task U31_The_first_task_is_made_and_no_other_and_the_status_shows_where_it_stands(IClusterUnderTest cluster)
    {
        await using var scene = await WorkflowScene.StartAsync(cluster);
        await scene.CreateAsync("w", Steps);
        await using var lead = await scene.LeadAsync();

        var workflow = await lead.SettleAsync("w", scene.Space);

        var task = Assert.Single(await scene.TasksAsync()).Value;
        Assert.Equal(("w-design", "w", "design", "Design."), (task.Name(), task.GetLabel(Labels.Workflow), task.GetLabel(Labels.Step), task.Spec.Payload.Prompt));
        Assert.Equal((WorkflowPhase.Running, "design", 1L), (workflow.Status!.Phase, workflow.Status.CurrentStep, workflow.Status.ObservedGeneration));
        Assert.Equal(["w-design", null, null], workflow.Status.Steps!.Select(s => s.Task));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task U32_U33_U38_Each_step_gets_what_the_ones_before_gave_and_after_the_last_it_has_succeeded(IClusterUnderTest cluster)
    {
        await using var scene = await WorkflowScene.StartAsync(cluster);
        await scene.CreateAsync("w", Steps);

        var (ended, _) = await scene.RunAsync("w", End, _ => int.MaxValue);

        var tasks = await scene.TasksAsync();
        Assert.Equal(["Build a bridge.", "Design.", "Tell of a bridge: build done"], tasks.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => t.Value.Spec.Payload.Prompt));
        Assert.Equal((WorkflowPhase.Succeeded, Reasons.AllStepsSucceeded), (ended.Status!.Phase, ended.Status.Conditions.Find(ConditionTypes.Completed)?.Reason));
        Assert.Equal("a bridge", ended.Status.Steps![0].Outputs!["what"]);
        Assert.Single((await scene.Client.ListAsync<CoreV1Event>(scene.Space)).Items, e => e.Reason == Reasons.Completed);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task U34_A_reference_that_stands_for_nothing_ends_it_and_is_named(IClusterUnderTest cluster)
    {
        await using var scene = await WorkflowScene.StartAsync(cluster);
        await scene.CreateAsync("late", WorkflowScene.Step("a", "${steps.1.summary}"), WorkflowScene.Step("b", "B."));
        await scene.CreateAsync("key", WorkflowScene.Step("a", "A."), WorkflowScene.Step("b", "${steps.a.output.nothing}"));
        await using var lead = await scene.LeadAsync();

        var late = await lead.SettleAsync("late", scene.Space);
        var (key, _) = await scene.RunAsync("key", _ => WorkflowScene.Giving("k", "v"), _ => int.MaxValue);

        var refused = late.Status!.Conditions.Find(ConditionTypes.Accepted)!;
        Assert.Equal((WorkflowPhase.Failed, Conditions.False, Reasons.InvalidPlan), (late.Status.Phase, refused.Status, refused.Reason));
        Assert.Contains("${steps.1.summary}", refused.Message, StringComparison.Ordinal);
        Assert.Contains("${steps.a.output.nothing} has no value", key.Status!.Conditions.Find(ConditionTypes.Completed)!.Message, StringComparison.Ordinal);
        Assert.Equal(["key-a"], (await scene.TasksAsync()).Keys);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task U35_U36_Values_are_put_in_as_they_are_and_escapes_are_taken_away(IClusterUnderTest cluster)
    {
        const string value = "${steps.a.summary} \"quoted\" 'x'\n{{y}} \\ $${HOME}";
        await using var scene = await WorkflowScene.StartAsync(cluster);
        await scene.CreateAsync("w", WorkflowScene.Step("a", "A."), WorkflowScene.Step("b", "$${steps.a.output.k} ${HOME} ${steps.a.output.k}|${steps.0.output.k}"));

        await scene.RunAsync("w", _ => WorkflowScene.Giving("k", value), _ => int.MaxValue);

        Assert.Equal($$"""${steps.a.output.k} ${HOME} {{value}}|{{value}}""", (await scene.TasksAsync())["w-b"].Spec.Payload.Prompt);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task U37_U39_A_step_that_fails_ends_it_and_is_named(IClusterUnderTest cluster)
    {
        await using var scene = await WorkflowScene.StartAsync(cluster);
        await scene.CreateAsync("w", Steps);

        var (ended, _) = await scene.RunAsync(
            "w", step => step == "build" ? new(Verdict.Incomplete) { Phase = TaskPhase.Failed, Reason = FailureReason.Timeout, Summary = "It took too long." } : End(step), _ => int.MaxValue);

        Assert.Equal(["w-build", "w-design"], (await scene.TasksAsync()).Keys.Order(StringComparer.Ordinal));
        Assert.Equal((WorkflowPhase.Failed, "build"), (ended.Status!.Phase, ended.Status.CurrentStep));
        Assert.Equal(["Succeeded: ", "Failed: It took too long.", "Skipped: "], ended.Status.Steps!.Select(s => $"{s.Phase}: {s.Message}"));
        Assert.Equal("Step build did not reach its target: It took too long.", ended.Status.Conditions.Find(ConditionTypes.Completed)!.Message);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task U40_A_process_that_dies_with_every_write_comes_to_the_same_end(IClusterUnderTest cluster)
    {
        await using var whole = await WorkflowScene.StartAsync(cluster);
        await whole.CreateAsync("w", Steps);
        await whole.RunAsync("w", LargeEnd, _ => int.MaxValue);
        await using var broken = await WorkflowScene.StartAsync(cluster);
        await broken.CreateAsync("w", Steps);

        await broken.RunAsync("w", LargeEnd, _ => 1);

        Assert.Equal(await whole.EndStateAsync("w"), await broken.EndStateAsync("w"));
    }

    [Theory, DevCluster]
    public async Task U40_A_process_that_dies_with_any_one_write_comes_to_the_same_end(IClusterUnderTest cluster)
    {
        await using var whole = await WorkflowScene.StartAsync(cluster);
        await whole.CreateAsync("w", Steps);
        var (_, writes) = await whole.RunAsync("w", LargeEnd, _ => int.MaxValue);
        var expected = await whole.EndStateAsync("w");
        Assert.InRange(writes, 8, 40);

        // A third of them while somebody waits, the first and the last among them.
        for (var last = 1; last <= writes; last = LongRun.IsOn || last == writes ? last + 1 : Math.Min(last + 3, writes))
        {
            await using var broken = await WorkflowScene.StartAsync(cluster);
            await broken.CreateAsync("w", Steps);
            await broken.RunAsync("w", LargeEnd, number => number == 0 ? last : int.MaxValue);
            Assert.Equal(expected, await broken.EndStateAsync("w"));
        }
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task U40_A_leader_whose_caches_lag_takes_over_the_task_that_the_one_before_made(IClusterUnderTest cluster)
    {
        await using var scene = await WorkflowScene.StartAsync(cluster);
        await using var proxy = await FaultProxy.StartAsync(cluster);
        using var watching = new KubernetesClient(proxy.Configuration);
        await scene.CreateAsync("w", Steps);
        await using var first = await scene.LeadAsync();
        await using var second = await scene.LeadAsync(watching);
        await HoldAsync(proxy);

        // It dies with the creation of the task, which is the write after the first status.
        first.Client.LastWrite = 2;
        await Assert.ThrowsAsync<CrashException>(async () => await first.ReconcileAsync(await scene.ReadAsync("w")));
        var made = Assert.Single(await scene.TasksAsync()).Value;
        await second.ReconcileAsync(await scene.ReadAsync("w"));

        Assert.Equal(made.Uid(), Assert.Single(await scene.TasksAsync()).Value.Uid());
        Assert.Equal("w-design", (await scene.ReadAsync("w")).Status!.Steps![0].Task);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task U41_Its_tasks_are_owned_by_it(IClusterUnderTest cluster)
    {
        await using var scene = await WorkflowScene.StartAsync(cluster);
        await scene.CreateAsync("w", Steps);

        var (ended, _) = await scene.RunAsync("w", End, _ => int.MaxValue);

        Assert.All((await scene.TasksAsync()).Values, t => Assert.True(t.IsOwnedBy(ended) && t.GetController() is { Kind: "Workflow", Name: "w" }, t.Name()));
    }

    [Theory, DevCluster]
    public async Task U41_A_deleted_Workflow_takes_its_tasks_and_leaves_nothing_in_memory(IClusterUnderTest cluster)
    {
        await using var scene = await WorkflowScene.StartAsync(cluster);
        await scene.CreateForeignTaskAsync("other");
        var workflow = await scene.CreateAsync("w", Steps);
        await using var lead = await scene.LeadAsync();
        await lead.SettleAsync("w", scene.Space);
        Assert.Equal(1, lead.Controller.Remembered);

        await scene.Client.DeleteAsync<Workflow>("w", scene.Space);

        await Eventually.TrueAsync(async () => (await scene.TasksAsync()).Keys.SequenceEqual(["other"]), "its task to go, and that of somebody else to stay");
        await lead.ForgetAsync(workflow);
        Assert.Equal(0, lead.Controller.Remembered);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task U42_A_cancelled_Workflow_cancels_its_step_and_skips_the_others(IClusterUnderTest cluster)
    {
        await using var scene = await WorkflowScene.StartAsync(cluster);
        await scene.CreateAsync("w", Steps);
        await using var lead = await scene.LeadAsync();
        await lead.SettleAsync("w", scene.Space);

        await scene.ChangeAsync("w", new() { ["cancel"] = true });
        await lead.SettleAsync("w", scene.Space);
        Assert.True((await scene.TasksAsync())["w-design"].Spec.Cancel);
        await scene.EndAsync("w-design", new(Verdict.Incomplete) { Phase = TaskPhase.Failed, Reason = FailureReason.Cancelled });
        var ended = await lead.SettleAsync("w", scene.Space);

        Assert.Equal((WorkflowPhase.Failed, Reasons.Cancelled), (ended.Status!.Phase, ended.Status.Conditions.Find(ConditionTypes.Completed)!.Reason));
        Assert.Equal([WorkflowStepPhase.Failed, WorkflowStepPhase.Skipped, WorkflowStepPhase.Skipped], ended.Status.Steps!.Select(s => s.Phase));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task U42_A_Workflow_whose_time_is_over_cancels_its_step_and_skips_the_others(IClusterUnderTest cluster)
    {
        await using var scene = await WorkflowScene.StartAsync(cluster);
        await scene.CreateAsync("w", new WorkflowSpec { Steps = Steps, TimeoutSeconds = 60 });
        await using var lead = await scene.LeadAsync();
        var running = await lead.SettleAsync("w", scene.Space);
        Assert.Equal(TimeSpan.FromSeconds(60), (await lead.ReconcileAsync(running)).Delay);

        scene.Time.Advance(TimeSpan.FromSeconds(60));
        await lead.SettleAsync("w", scene.Space);
        var task = (await scene.TasksAsync())["w-design"];
        Assert.Equal((true, "spec.timeoutSeconds of the Workflow, 60, is over."), (task.Spec.Cancel, task.GetAnnotation(Labels.CancelledBecause)));
        await scene.EndAsync("w-design", new(Verdict.Incomplete) { Phase = TaskPhase.Failed, Reason = FailureReason.Cancelled });
        var ended = await lead.SettleAsync("w", scene.Space);

        Assert.Equal((WorkflowPhase.Failed, Reasons.Timeout), (ended.Status!.Phase, ended.Status.Conditions.Find(ConditionTypes.Completed)!.Reason));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task U43_Outputs_that_have_no_room_in_the_status_are_kept_in_a_ConfigMap_and_still_put_in(IClusterUnderTest cluster)
    {
        var large = new string('x', 50_000);
        await using var scene = await WorkflowScene.StartAsync(cluster);
        await scene.CreateAsync("w", WorkflowScene.Step("a", "A."), WorkflowScene.Step("b", "B."), WorkflowScene.Step("c", "${steps.a.output.k}|${steps.b.output.k}"));

        // Each process knows only what is stored.
        var (ended, _) = await scene.RunAsync("w", step => step == "c" ? new(Verdict.Go) : WorkflowScene.Giving("k", large), _ => 1);

        var steps = ended.Status!.Steps!;
        Assert.Equal((large, null), (steps[0].Outputs!["k"], steps[0].OutputsRef));
        Assert.Equal((null, "foreman-outputs-w-b"), (steps[1].Outputs, steps[1].OutputsRef!.Name));
        Assert.Equal($"{large}|{large}", (await scene.TasksAsync())["w-c"].Spec.Payload.Prompt);
        Assert.True((await scene.Client.ReadAsync<V1ConfigMap>("foreman-outputs-w-b", scene.Space)).IsOwnedBy(ended));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_suspended_Workflow_holds_its_task_and_lets_it_go_again(IClusterUnderTest cluster)
    {
        await using var scene = await WorkflowScene.StartAsync(cluster);
        await scene.CreateAsync("w", Steps);
        await using var lead = await scene.LeadAsync();
        await lead.SettleAsync("w", scene.Space);

        await scene.ChangeAsync("w", new() { ["suspend"] = true });
        var suspended = await lead.SettleAsync("w", scene.Space);
        var held = (await scene.TasksAsync())["w-design"];
        await scene.ChangeAsync("w", new() { ["suspend"] = null });
        var resumed = await lead.SettleAsync("w", scene.Space);
        var free = (await scene.TasksAsync())["w-design"];

        Assert.Equal((true, true, "true"), (suspended.Status!.Conditions.IsTrue(ConditionTypes.Suspended), held.Spec.Suspend, held.GetAnnotation(Labels.SuspendedByWorkload)));
        Assert.Equal((null, null, null), (resumed.Status!.Conditions.Find(ConditionTypes.Suspended), free.Spec.Suspend, free.GetAnnotation(Labels.SuspendedByWorkload)));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_task_of_somebody_else_is_left_alone_and_told_until_it_is_gone(IClusterUnderTest cluster)
    {
        await using var scene = await WorkflowScene.StartAsync(cluster);
        var foreign = await scene.CreateForeignTaskAsync("w-design");
        await scene.CreateAsync("w", Steps);
        await using var lead = await scene.LeadAsync();

        var waiting = await lead.SettleAsync("w", scene.Space);

        Assert.Contains("\"w-design\" exists and is not this Workflow's", waiting.Status!.Steps![0].Message, StringComparison.Ordinal);
        Assert.Equal(foreign.ResourceVersion(), (await scene.TasksAsync())["w-design"].ResourceVersion());
        Assert.Equal(WorkflowRun.BetweenAttempts, (await lead.ReconcileAsync(waiting)).Delay);

        await scene.Client.DeleteAsync<AgenticTask>("w-design", scene.Space);
        var made = await lead.SettleAsync("w", scene.Space);
        Assert.True((await scene.TasksAsync())["w-design"].IsOwnedBy(made));
        Assert.Null(made.Status!.Steps![0].Message);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task What_the_API_server_refuses_is_told_and_tried_again_after_a_while(IClusterUnderTest cluster)
    {
        await using var scene = await WorkflowScene.StartAsync(cluster);
        await using var proxy = await FaultProxy.StartAsync(cluster);
        using var refusing = proxy.Inject(new FaultRule(new CallMatch { Verb = "create", Resource = "agentictasks" }, new Fault.Answer(403)) { Times = 1 });
        using var writing = new KubernetesClient(proxy.Configuration);
        await scene.CreateAsync("w", Steps);
        await using var lead = await scene.LeadAsync(writing: writing);

        var refused = await lead.SettleAsync("w", scene.Space);

        Assert.Empty(await scene.TasksAsync());
        Assert.StartsWith("Task \"w-design\" was refused", refused.Status!.Steps![0].Message, StringComparison.Ordinal);
        scene.Time.Advance(WorkflowRun.BetweenAttempts);
        await lead.SettleAsync("w", scene.Space);
        Assert.Equal(["w-design"], (await scene.TasksAsync()).Keys);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_task_that_can_never_be_made_ends_it(IClusterUnderTest cluster)
    {
        await using var scene = await WorkflowScene.StartAsync(cluster);
        var step = WorkflowScene.Step("a", "A.");
        await scene.CreateAsync("w", step with { Payload = step.Payload with { Inputs = [new() { Path = "/etc/x", Url = "https://example.com/x" }] } });
        await using var lead = await scene.LeadAsync();

        var ended = await lead.SettleAsync("w", scene.Space);

        Assert.Equal((WorkflowPhase.Failed, Reasons.StepFailed), (ended.Status!.Phase, ended.Status.Conditions.Find(ConditionTypes.Completed)?.Reason));
        Assert.Contains("path is relative to the workspace", ended.Status.Conditions.Find(ConditionTypes.Completed)!.Message, StringComparison.Ordinal);
        Assert.Empty(await scene.TasksAsync());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_step_that_is_a_container_becomes_a_task_that_is_one(IClusterUnderTest cluster)
    {
        await using var scene = await WorkflowScene.StartAsync(cluster);
        await scene.CreateAsync("w", WorkflowScene.Step("a", "A.") with { Container = new() { Image = "example.com/coder:1", Args = ["fix"] }, Job = new() { TtlSecondsAfterFinished = 60 } });
        await using var lead = await scene.LeadAsync();

        await lead.SettleAsync("w", scene.Space);

        var spec = (await scene.TasksAsync())["w-a"].Spec;
        Assert.Equal(("example.com/coder:1", "fix", 60), (spec.Container?.Image, spec.Container?.Args?[0], spec.Job?.TtlSecondsAfterFinished));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_task_that_is_deleted_before_its_end_is_asked_for_and_then_ends_it(IClusterUnderTest cluster)
    {
        await using var scene = await WorkflowScene.StartAsync(cluster);
        await scene.CreateAsync("w", Steps);
        await using var lead = await scene.LeadAsync();
        await lead.SettleAsync("w", scene.Space);

        await scene.Client.DeleteAsync<AgenticTask>("w-design", scene.Space);
        var ended = await lead.SettleAsync("w", scene.Space);

        Assert.Equal("Step design: Its task was deleted before its end was recorded.", ended.Status!.Conditions.Find(ConditionTypes.Completed)!.Message);
        Assert.Empty(await scene.TasksAsync());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Own_writes_count_before_a_watch_has_told_them(IClusterUnderTest cluster)
    {
        await using var scene = await WorkflowScene.StartAsync(cluster);
        await using var proxy = await FaultProxy.StartAsync(cluster);
        using var watching = new KubernetesClient(proxy.Configuration);
        await using var lead = await scene.LeadAsync(watching);
        var created = await scene.CreateAsync("w", Steps);
        await HoldAsync(proxy);
        await lead.ReconcileAsync(created);
        var writes = lead.Client.Writes;

        var result = await lead.ReconcileAsync(created);

        Assert.Equal((writes, 0, WorkloadChildren.Believed), (lead.Client.Writes, lead.Client.Reads, result.Delay));
        Assert.Equal("w-design", (await scene.ReadAsync("w")).Status!.Steps![0].Task);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Steps_that_change_while_they_are_looked_at_are_looked_at_again(IClusterUnderTest cluster)
    {
        await using var scene = await WorkflowScene.StartAsync(cluster);
        var created = await scene.CreateAsync("w", Steps);
        await scene.ChangeAsync("w", new() { ["timeoutSeconds"] = 60 });
        await using var lead = await scene.LeadAsync();

        await lead.ReconcileAsync(created);
        Assert.Null((await scene.ReadAsync("w")).Status);
        await lead.SettleAsync("w", scene.Space);

        Assert.Equal((WorkflowPhase.Running, 2L), ((await scene.ReadAsync("w")).Status!.Phase, (await scene.ReadAsync("w")).Status!.ObservedGeneration));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Ends_of_tasks_lead_to_the_next_one_without_any_timer(IClusterUnderTest cluster)
    {
        await using var scene = await WorkflowScene.StartAsync(cluster);
        await using var caches = await FollowedCaches.StartAsync(scene.Client);
        await using var controllers = await LeaderControllers.StartAsync(scene.Client, caches.Caches, new(), scene.Time, NullLogger.Instance);
        await scene.CreateAsync("w", Steps);

        foreach (var step in (string[])["design", "build", "tell"])
        {
            await Eventually.TrueAsync(async () => (await scene.TasksAsync()).ContainsKey("w-" + step), $"the task of step {step}");
            await scene.EndAsync("w-" + step, End(step));
        }

        await Eventually.TrueAsync(async () => (await scene.ReadAsync("w")).Status?.Phase == WorkflowPhase.Succeeded, "the Workflow to end");
    }

    [Theory, DevCluster]
    public async Task Nothing_is_written_or_asked_about_Workflows_that_have_ended(IClusterUnderTest cluster)
    {
        await using var scene = await WorkflowScene.StartAsync(cluster);
        await using var lead = await scene.LeadAsync();
        foreach (var number in Enumerable.Range(0, 20))
        {
            await scene.CreateAsync($"w{number}", WorkflowScene.Step("a", "${steps.a.summary}"));
            await lead.SettleAsync($"w{number}", scene.Space);
        }

        await using var next = await scene.LeadAsync();
        foreach (var workflow in (await scene.Client.ListAsync<Workflow>(scene.Space)).Items)
        {
            Assert.Equal(WorkflowPhase.Failed, workflow.Status!.Phase);
            Assert.Null((await next.ReconcileAsync(workflow)).Delay);
        }

        Assert.Equal(("", 0), (next.Client.Written, next.Client.Reads));
    }

    private static TaskEnd End(string step) => step == "design" ? WorkflowScene.Giving("what", "a bridge") : new(Verdict.Go) { Summary = $"{step} done" };

    // The outputs of the first two steps have no room side by side.
    private static TaskEnd LargeEnd(string step) => new(Verdict.Go)
    {
        Summary = $"{step} done",
        Extra = new() { ["outputs"] = new JsonObject { ["what"] = new string(step[0], 40_000) } },
    };

    // From now on a watch of tasks is open and tells nothing.
    private static async Task HoldAsync(FaultProxy proxy)
    {
        var held = proxy.Inject(CallMatch.Watches("agentictasks"), new Fault.HoldEvents(new TaskCompletionSource().Task));
        proxy.ResetConnections();
        await held.WaitAsync();
    }
}
