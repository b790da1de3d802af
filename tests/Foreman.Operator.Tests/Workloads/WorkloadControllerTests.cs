using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Controllers;
using Foreman.Operator.Tests.Fakes;
using Foreman.Operator.Tests.Hosting;
using Foreman.Operator.Workloads;
using Foreman.Testing;
using Foreman.Testing.Faults;
using Foreman.Workloads;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Operator.Tests.Workloads;

/// <summary>The controller on real API servers. An operator of another test would act on the same Workloads, so these run alone.</summary>
[Collection(nameof(OneLeader))]
public class WorkloadControllerTests
{
    private static readonly WorkloadSpec Batch = new()
    {
        Intent = "Less bugs.",
        Repo = "o/r",
        Issues = [1, 2],
        CoderAgentRef = new() { Name = "coder" },
        VerifierAgentRef = new() { Name = "verifier" },
        ReviewerAgentRefs = [new() { Name = "reviewer" }],
        EscalationCoderAgentRef = new() { Name = "strong" },
    };

    private static readonly PipelineStep[] Pipeline =
    [
        Step("design", "Design."),
        Step("build", "Build ${steps.design.output.what}.", "design"),
        Step("mend", "Mend.", "build") with { When = [Verdict.Incomplete] },
        Step("boast", "Boast.", "build") with { When = [Verdict.Go] },
        Step("tell", "Tell: ${steps.mend.summary}", "mend"),
    ];

    [Theory, DevCluster, KubeApiServer]
    public async Task A_batch_is_revised_and_escalated_and_comes_to_its_end(IClusterUnderTest cluster)
    {
        await using var scene = await WorkloadScene.StartAsync(cluster);
        await scene.CreateAsync("batch", Batch);

        var (ended, _) = await scene.RunAsync("batch", BatchEnd, _ => int.MaxValue);

        var tasks = await scene.TasksAsync();
        Assert.Equal(
            [
                "batch-code-1", "batch-code-1-r1", "batch-code-2", "batch-code-2-esc", "batch-review-1-0", "batch-review-1-0-r1", "batch-review-2-0", "batch-review-2-esc-0",
                "batch-verify-1", "batch-verify-1-r1", "batch-verify-2", "batch-verify-2-esc",
            ],
            tasks.Keys.Order(StringComparer.Ordinal));
        Assert.All(tasks.Values, t => Assert.True(t.IsOwnedBy(ended) && t.GetController()!.Name == "batch" && t.GetLabel(Labels.Workload) == "batch", t.Name()));
        var revision = tasks["batch-code-1-r1"].Spec.Payload;
        Assert.Equal(("foreman/batch/issue-1", BranchStrategy.Rebase), (revision.ReviseFromBranch, revision.BranchStrategy));
        Assert.Contains("it subtracts", revision.Prompt, StringComparison.Ordinal);
        Assert.Equal("strong", tasks["batch-code-2-esc"].Spec.AgentRef!.Name);
        var review = tasks["batch-review-1-0"];
        Assert.Equal(("lint", (bool?)null, false), (Assert.Single(review.Spec.Payload.GateAdvisories!).Check, review.Spec.Suspend, review.Metadata.Annotations!.ContainsKey(Labels.Awaiting)));
        var status = ended.Status!;
        Assert.Equal((WorkloadPhase.Completed, Reasons.AllChildrenSucceeded), (status.Phase, status.Conditions.Find(ConditionTypes.Completed)!.Reason));
        Assert.Equal((6, 0, 0, 0, 1), (status.SucceededTasks, status.FailedTasks, status.IncompleteTasks, status.InFlightTasks, status.ReviewIterations));
        Assert.Equal(["https://forge/review-1-0-r1", "https://forge/review-2-esc-0"], status.PullRequests!);
        Assert.True(status.Conditions.IsTrue(ConditionTypes.CoderEscalationTriggered) && status.Conditions.IsTrue(ConditionTypes.ReviewIterationTriggered));
        var told = (await scene.Client.ListAsync<CoreV1Event>(scene.Space)).Items.Select(e => e.Reason).ToArray();
        Assert.Contains(Reasons.RevisionUnderIssueFixProfile, told);
        Assert.Single(told, r => r == Reasons.Completed);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_pipeline_is_filled_in_and_released_and_goes_the_way_that_verdicts_say(IClusterUnderTest cluster)
    {
        await using var scene = await WorkloadScene.StartAsync(cluster);
        await scene.CreateAsync("pipe", Pipeline);
        await using (var lead = await scene.LeadAsync())
        {
            await lead.SettleAsync("pipe", scene.Space);
            var waiting = (await scene.TasksAsync())["pipe-build"];
            Assert.Equal((true, "design"), (waiting.Spec.Suspend, waiting.GetAnnotation(Labels.Awaiting)));
            Assert.Equal(["pipe-design"], waiting.Spec.DependsOn!);
        }

        var (ended, _) = await scene.RunAsync("pipe", PipelineEnd, _ => int.MaxValue);

        var tasks = await scene.TasksAsync();
        Assert.Equal(["pipe-build", "pipe-design", "pipe-mend", "pipe-tell"], tasks.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(("Build a bridge.", "Tell: mend done"), (tasks["pipe-build"].Spec.Payload.Prompt, tasks["pipe-tell"].Spec.Payload.Prompt));
        Assert.Equal((WorkloadPhase.Completed, 3), (ended.Status!.Phase, ended.Status.SucceededTasks));
        Assert.Equal(StepState.NotTaken, ended.Status.Plan!.Single(s => s.Name == "boast").State);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_process_that_dies_with_every_write_comes_to_the_same_end(IClusterUnderTest cluster)
    {
        await using var whole = await WorkloadScene.StartAsync(cluster);
        await whole.CreateAsync("batch", Batch with { Budget = new() { Tokens = 100_000 } });
        await whole.RunAsync("batch", BatchEnd, _ => int.MaxValue);
        await using var broken = await WorkloadScene.StartAsync(cluster);
        await broken.CreateAsync("batch", Batch with { Budget = new() { Tokens = 100_000 } });

        await broken.RunAsync("batch", BatchEnd, _ => 1);

        Assert.Equal(await whole.EndStateAsync("batch"), await broken.EndStateAsync("batch"));
    }

    [Theory, DevCluster]
    public async Task A_process_that_dies_with_any_one_write_comes_to_the_same_end(IClusterUnderTest cluster)
    {
        await using var whole = await WorkloadScene.StartAsync(cluster);
        await whole.CreateAsync("pipe", Pipeline);
        var (_, writes) = await whole.RunAsync("pipe", PipelineEnd, _ => int.MaxValue);
        var expected = await whole.EndStateAsync("pipe");
        Assert.InRange(writes, 10, 60);

        // A third of them while somebody waits, the first and the last among them.
        for (var last = 1; last <= writes; last = LongRun.IsOn || last == writes ? last + 1 : Math.Min(last + 3, writes))
        {
            await using var broken = await WorkloadScene.StartAsync(cluster);
            await broken.CreateAsync("pipe", Pipeline);
            await broken.RunAsync("pipe", PipelineEnd, number => number == 0 ? last : int.MaxValue);
            Assert.Equal(expected, await broken.EndStateAsync("pipe"));
        }
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_suspended_Workload_holds_its_tasks_and_lets_go_those_that_it_held(IClusterUnderTest cluster)
    {
        await using var scene = await WorkloadScene.StartAsync(cluster);
        await scene.CreateAsync("w", Step("a", "A."), Step("b", "B ${steps.a.summary}", "a"));
        await using var lead = await scene.LeadAsync();
        await lead.SettleAsync("w", scene.Space);

        await scene.ChangeAsync("w", new() { ["suspend"] = true });
        var suspended = await lead.SettleAsync("w", scene.Space);
        var held = await scene.TasksAsync();
        await scene.ChangeAsync("w", new() { ["suspend"] = null });
        var resumed = await lead.SettleAsync("w", scene.Space);
        var free = await scene.TasksAsync();

        Assert.True(suspended.Status!.Conditions.IsTrue(ConditionTypes.Suspended));
        Assert.Equal((true, "true"), (held["w-a"].Spec.Suspend, held["w-a"].GetAnnotation(Labels.SuspendedByWorkload)));
        Assert.Equal((true, null), (held["w-b"].Spec.Suspend, held["w-b"].GetAnnotation(Labels.SuspendedByWorkload)));
        Assert.Null(resumed.Status!.Conditions.Find(ConditionTypes.Suspended));
        Assert.Equal((null, null), (free["w-a"].Spec.Suspend, free["w-a"].GetAnnotation(Labels.SuspendedByWorkload)));
        Assert.Equal((true, "a"), (free["w-b"].Spec.Suspend, free["w-b"].GetAnnotation(Labels.Awaiting)));
    }

    [Theory, DevCluster]
    public async Task A_Workload_that_takes_issues_in_makes_no_tasks_itself(IClusterUnderTest cluster)
    {
        await using var scene = await WorkloadScene.StartAsync(cluster);
        await scene.CreateAsync("w", Batch with { Issues = null, Source = new() { Label = "foreman" } });
        await using var lead = await scene.LeadAsync();

        var left = await lead.SettleAsync("w", scene.Space);

        Assert.Null(left.Status);
        Assert.Empty(await scene.TasksAsync());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_cancelled_Workload_cancels_its_tasks_and_ends(IClusterUnderTest cluster)
    {
        await using var scene = await WorkloadScene.StartAsync(cluster);
        await scene.CreateAsync("w", Step("a", "A."), Step("b", "B ${steps.a.summary}", "a"));
        await using var lead = await scene.LeadAsync();
        await lead.SettleAsync("w", scene.Space);

        await scene.ChangeAsync("w", new() { ["cancel"] = true });
        await lead.SettleAsync("w", scene.Space);
        Assert.All((await scene.TasksAsync()).Values, t => Assert.True(t.Spec.Cancel));
        await scene.PlayAsync(_ => new(Verdict.Go));
        var ended = await lead.SettleAsync("w", scene.Space);

        Assert.Equal((WorkloadPhase.Failed, Reasons.Cancelled), (ended.Status!.Phase, ended.Status.Conditions.Find(ConditionTypes.Completed)!.Reason));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_Workload_that_waits_for_an_Agent_can_be_cancelled(IClusterUnderTest cluster)
    {
        await using var scene = await WorkloadScene.StartAsync(cluster);
        await scene.CreateAsync("w", Step("a", "A.") with { AgentRef = new() { Name = "never" } });
        await using var lead = await scene.LeadAsync();
        var waiting = await lead.SettleAsync("w", scene.Space);
        await scene.ChangeAsync("w", new() { ["cancel"] = true });

        var ended = await lead.SettleAsync("w", scene.Space);

        Assert.Equal((WorkloadPhase.Planning, Reasons.AgentResolveFailed), (waiting.Status!.Phase, waiting.Status.Conditions.Find(ConditionTypes.Planned)!.Reason));
        Assert.Equal((WorkloadPhase.Failed, Reasons.Cancelled), (ended.Status!.Phase, ended.Status.Conditions.Find(ConditionTypes.Completed)?.Reason));
        Assert.Empty(await scene.TasksAsync());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_name_that_no_task_can_have_fails_the_plan_and_is_told(IClusterUnderTest cluster)
    {
        await using var scene = await WorkloadScene.StartAsync(cluster);
        await scene.CreateAsync("w", Step("a-", "A."));
        await using var lead = await scene.LeadAsync();

        var ended = await lead.SettleAsync("w", scene.Space);

        Assert.Contains("step \"a-\" ends with a hyphen", ended.Status!.Conditions.Find(ConditionTypes.Planned)!.Message, StringComparison.Ordinal);
        Assert.Equal(WorkloadPhase.Failed, ended.Status.Phase);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_step_that_is_not_there_fails_the_plan_at_once_and_is_named(IClusterUnderTest cluster)
    {
        await using var scene = await WorkloadScene.StartAsync(cluster);
        await scene.CreateAsync("w", Step("a", "A."), Step("b", "B.", "a", "nowhere"));
        await using var lead = await scene.LeadAsync();

        var ended = await lead.SettleAsync("w", scene.Space);

        var planned = ended.Status!.Conditions.Find(ConditionTypes.Planned)!;
        Assert.Equal((WorkloadPhase.Failed, Reasons.InvalidPlan), (ended.Status.Phase, planned.Reason));
        Assert.Contains("step \"b\" depends on \"nowhere\", which is no step; the steps are a, b", planned.Message, StringComparison.Ordinal);
        Assert.Empty(await scene.TasksAsync());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Steps_that_go_in_a_circle_fail_at_once_and_the_circle_is_named(IClusterUnderTest cluster)
    {
        await using var scene = await WorkloadScene.StartAsync(cluster);
        await scene.CreateAsync("w", Step("a", "A.", "c"), Step("b", "B.", "a"), Step("c", "C.", "b"));
        await using var lead = await scene.LeadAsync();

        var ended = await lead.SettleAsync("w", scene.Space);

        var planned = ended.Status!.Conditions.Find(ConditionTypes.Planned)!;
        Assert.Equal((WorkloadPhase.Failed, Reasons.InvalidPlan), (ended.Status.Phase, planned.Reason));
        Assert.Contains("a → c → b → a", planned.Message, StringComparison.Ordinal);
        Assert.Empty(await scene.TasksAsync());
    }

    [Theory, DevCluster]
    public async Task A_deleted_Workload_takes_its_tasks_and_leaves_nothing_in_memory(IClusterUnderTest cluster)
    {
        await using var scene = await WorkloadScene.StartAsync(cluster);
        await scene.CreateForeignTaskAsync("w-b");
        var workload = await scene.CreateAsync("w", Step("a", "A."), Step("b", "B."));
        await using var lead = await scene.LeadAsync();
        await lead.SettleAsync("w", scene.Space);
        Assert.Equal(2, lead.Controller.Remembered);

        await scene.Client.DeleteAsync<Workload>("w", scene.Space);

        await Eventually.TrueAsync(async () => (await scene.TasksAsync()).Keys.SequenceEqual(["w-b"]), "its task to go, and that of somebody else to stay");
        await lead.ForgetAsync(workload);
        Assert.Equal(0, lead.Controller.Remembered);
    }

    // Nothing collects garbage on this API server, as between a deletion and the collector's coming.
    [Theory, KubeApiServer]
    public async Task The_task_of_an_earlier_Workload_of_the_same_name_is_waited_for_and_not_counted(IClusterUnderTest cluster)
    {
        await using var scene = await WorkloadScene.StartAsync(cluster);
        var earlier = await scene.CreateAsync("w", Step("a", "A."));
        await using var lead = await scene.LeadAsync();
        await lead.SettleAsync("w", scene.Space);
        await scene.EndAsync((await scene.TasksAsync())["w-a"], new(Verdict.Go));
        await scene.Client.DeleteAsync<Workload>("w", scene.Space);
        await lead.ForgetAsync(earlier);
        await scene.CreateAsync("w", Step("a", "A."));

        var waiting = await lead.SettleAsync("w", scene.Space);

        Assert.Contains("of an earlier Workload of this name", waiting.Status!.Conditions.Find(ConditionTypes.Planned)!.Message, StringComparison.Ordinal);
        Assert.Equal((0, 1), (waiting.Status.SucceededTasks, waiting.Status.InFlightTasks));
        await scene.Client.DeleteAsync<AgenticTask>("w-a", scene.Space);
        var made = await lead.SettleAsync("w", scene.Space);
        Assert.True((await scene.TasksAsync())["w-a"].IsOwnedBy(made));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_task_of_somebody_else_is_left_alone_and_the_other_steps_go_on(IClusterUnderTest cluster)
    {
        await using var scene = await WorkloadScene.StartAsync(cluster);
        var foreign = await scene.CreateForeignTaskAsync("w-b");
        await scene.CreateAsync("w", Step("a", "A."), Step("b", "B."));
        await using var lead = await scene.LeadAsync();

        var workload = await lead.SettleAsync("w", scene.Space);

        var planned = workload.Status!.Conditions.Find(ConditionTypes.Planned)!;
        Assert.Equal((Conditions.False, Reasons.RenderError), (planned.Status, planned.Reason));
        Assert.Contains("\"w-b\" exists and is not this Workload's", planned.Message, StringComparison.Ordinal);
        var tasks = await scene.TasksAsync();
        Assert.Equal((foreign.ResourceVersion(), true), (tasks["w-b"].ResourceVersion(), tasks.ContainsKey("w-a")));
        Assert.Equal(WorkloadController.BetweenAttempts, (await lead.ReconcileAsync(workload)).Delay);

        await scene.Client.DeleteAsync<AgenticTask>("w-b", scene.Space);
        workload = await lead.SettleAsync("w", scene.Space);
        Assert.True(workload.Status!.Conditions.IsTrue(ConditionTypes.Planned));
        Assert.True((await scene.TasksAsync())["w-b"].IsOwnedBy(workload));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task What_the_API_server_refuses_is_told_holds_up_nothing_else_and_is_tried_again_after_a_while(IClusterUnderTest cluster)
    {
        await using var scene = await WorkloadScene.StartAsync(cluster);
        await using var proxy = await FaultProxy.StartAsync(cluster);
        using var refusing = proxy.Inject(
            new FaultRule(new CallMatch { Verb = "create", Resource = "agentictasks" }, new Fault.Answer(403)) { Times = 1 });
        using var writing = new KubernetesClient(proxy.Configuration);
        await scene.CreateAsync("w", Step("a", "A."), Step("b", "B."));
        await using var lead = await scene.LeadAsync(writing: writing);

        var workload = await lead.SettleAsync("w", scene.Space);

        Assert.Equal(["w-b"], (await scene.TasksAsync()).Keys);
        Assert.Contains("Task \"w-a\" was refused", workload.Status!.Conditions.Find(ConditionTypes.Planned)!.Message, StringComparison.Ordinal);
        Assert.Equal(2, proxy.Journal.Count(new() { Verb = "create", Resource = "agentictasks" }));
        scene.Time.Advance(WorkloadController.BetweenAttempts);
        workload = await lead.SettleAsync("w", scene.Space);
        Assert.Equal(["w-a", "w-b"], (await scene.TasksAsync()).Keys.Order(StringComparer.Ordinal));
        Assert.True(workload.Status!.Conditions.IsTrue(ConditionTypes.Planned));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_release_that_is_refused_is_told(IClusterUnderTest cluster)
    {
        await using var scene = await WorkloadScene.StartAsync(cluster);
        var path = string.Concat(Enumerable.Repeat("${steps.a.summary}", 5));
        var step = Step("b", "B.", "a");
        await scene.CreateAsync("w", Step("a", "A."), step with { Payload = step.Payload with { Inputs = [new() { Path = path, Url = "https://example.com/x" }] } });
        await using var lead = await scene.LeadAsync();
        await lead.SettleAsync("w", scene.Space);
        await scene.EndAsync((await scene.TasksAsync())["w-a"], new(Verdict.Go) { Summary = new string('x', 280) });

        var workload = await lead.SettleAsync("w", scene.Space);

        var planned = workload.Status!.Conditions.Find(ConditionTypes.Planned)!;
        Assert.Equal((Conditions.False, Reasons.RenderError), (planned.Status, planned.Reason));
        Assert.Contains("A change of task \"w-b\" was refused", planned.Message, StringComparison.Ordinal);
        Assert.Equal(StepState.Succeeded, workload.Status.Plan!.Single(s => s.Name == "a").State);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_question_is_answered_and_the_work_done_again(IClusterUnderTest cluster)
    {
        await using var scene = await WorkloadScene.StartAsync(cluster);
        await scene.CreateAsync("w", Batch with { Issues = [1], ReviewerAgentRefs = null });
        await using var lead = await scene.LeadAsync();
        await lead.SettleAsync("w", scene.Space);
        await scene.PlayAsync(_ => new(Verdict.NoGo) { Extra = new() { ["modelExtra"] = new JsonObject { ["question"] = "Which table?" } } });
        await lead.SettleAsync("w", scene.Space);
        await scene.PlayAsync(_ => new(Verdict.GatePass));
        var asking = await lead.SettleAsync("w", scene.Space);
        Assert.Equal((WorkloadPhase.Dispatched, "Step code-1 asks: Which table?"), (asking.Status!.Phase, asking.Status.Conditions.Find(ConditionTypes.NeedsDecision)!.Message));
        Assert.Equal(["w-code-1", "w-verify-1"], (await scene.TasksAsync()).Keys.Order(StringComparer.Ordinal));

        await scene.ChangeAsync("w", new() { ["decision"] = new JsonObject { ["step"] = "code-1", ["answer"] = "The newer one." } });
        var (ended, _) = await scene.RunAsync("w", step => new(step.StartsWith("code", StringComparison.Ordinal) ? Verdict.Go : Verdict.GatePass), _ => int.MaxValue);

        Assert.Equal((WorkloadPhase.Completed, "The newer one."), (ended.Status!.Phase, Assert.Single(ended.Status.Questions!).Answer));
        var tasks = await scene.TasksAsync();
        Assert.Equal(["w-code-1", "w-code-1-t1", "w-verify-1", "w-verify-1-t1"], tasks.Keys.Order(StringComparer.Ordinal));
        Assert.Contains("The person's answer:\nThe newer one.", tasks["w-code-1-t1"].Spec.Payload.PromptPrefix, StringComparison.Ordinal);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_run_that_gets_nowhere_is_cancelled_by_what_others_took(IClusterUnderTest cluster)
    {
        await using var scene = await WorkloadScene.StartAsync(cluster);
        await scene.CreateAsync("old", Batch with { Issues = [1, 2, 3, 4, 5], VerifierAgentRef = null, ReviewerAgentRefs = null });
        await scene.RunAsync("old", _ => new(Verdict.Go), _ => int.MaxValue);
        await scene.CreateAsync("w", Batch with { Issues = [1], VerifierAgentRef = null, ReviewerAgentRefs = null });
        await using var lead = await scene.LeadAsync();
        await lead.SettleAsync("w", scene.Space);
        var status = new AgenticTaskStatus { Phase = TaskPhase.Running, Attempt = 1, Progress = new() { Turn = 50, Edits = 0, WorkedSeconds = 601 } };
        await scene.Client.PatchAsync<AgenticTask>(
            V1Patch.Merge(new JsonObject { ["status"] = JsonSerializer.SerializeToNode(status, ApiJson.Default.AgenticTaskStatus) }), "w-code-1", scene.Space, new PatchOptions { Subresource = "status" });

        await lead.SettleAsync("w", scene.Space);

        var task = (await scene.TasksAsync())["w-code-1"];
        Assert.True(task.Spec.Cancel);
        Assert.StartsWith("Stalled: it worked for 601 s", task.Metadata.Annotations![Labels.CancelledBecause], StringComparison.Ordinal);
        await scene.PlayAsync(_ => new(Verdict.Go));
        var ended = await lead.SettleAsync("w", scene.Space);
        Assert.Equal((FailureReason.Stalled, Reasons.ChildrenFailed), (Assert.Single(ended.Status!.Plan!).Reason, ended.Status.Conditions.Find(ConditionTypes.Completed)!.Reason));
        Assert.True(ended.Status.Conditions.IsTrue(ConditionTypes.Stalled));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Own_writes_count_before_a_watch_has_told_them(IClusterUnderTest cluster)
    {
        await using var scene = await WorkloadScene.StartAsync(cluster);
        await using var proxy = await FaultProxy.StartAsync(cluster);
        using var watching = new KubernetesClient(proxy.Configuration);
        await using var lead = await scene.LeadAsync(watching);
        var created = await scene.CreateAsync("w", Step("a", "A."), Step("b", "B.", "a"));
        await HoldAsync(proxy);
        await lead.ReconcileAsync(created);
        var writes = lead.Client.Writes;

        var result = await lead.ReconcileAsync(created);

        Assert.Equal((writes, 0, WorkloadChildren.Believed), (lead.Client.Writes, lead.Client.Reads, result.Delay));
        await scene.Client.DeleteAsync<AgenticTask>("w-b", scene.Space);
        scene.Time.Advance(WorkloadChildren.Believed);
        await lead.ReconcileAsync(created);
        var plan = (await scene.ReadAsync("w")).Status!.Plan!;
        Assert.Equal((StepState.Pending, StepState.Failed), (plan[0].State, plan[1].State));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_new_leader_whose_caches_lag_gives_nothing_of_a_budget_away_twice(IClusterUnderTest cluster)
    {
        await using var scene = await WorkloadScene.StartAsync(cluster);
        await scene.CreateAsync("w", new WorkloadSpec { Intent = "x", Pipeline = [Step("a", "A."), Step("b", "B.")], Budget = new() { Tokens = 100 } });
        await using var first = await scene.LeadAsync();
        await first.ReconcileAsync(await scene.ReadAsync("w"));
        await first.SyncAsync(scene.Space);
        await using var proxy = await FaultProxy.StartAsync(cluster);
        using var watching = new KubernetesClient(proxy.Configuration);
        await using var second = await scene.LeadAsync(watching);
        await HoldAsync(proxy);

        first.Client.LastWrite = first.Client.Writes + 1;
        await Assert.ThrowsAsync<CrashException>(async () => await first.ReconcileAsync(await scene.ReadAsync("w")));
        await scene.ChangeAsync("w", new() { ["budget"] = new JsonObject { ["tokens"] = 60 } });
        await second.ReconcileAsync(await scene.ReadAsync("w"));

        Assert.Equal([10, 50], (await scene.TasksAsync()).Values.Select(t => t.Spec.Budget?.Tokens).Order());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_task_that_is_cleaned_up_stays_counted_and_one_that_is_deleted_before_its_end_counts_as_failed(IClusterUnderTest cluster)
    {
        await using var scene = await WorkloadScene.StartAsync(cluster);
        await scene.CreateAsync("w", Step("a", "A."), Step("b", "B."));
        await using var lead = await scene.LeadAsync();
        await lead.SettleAsync("w", scene.Space);
        await scene.EndAsync((await scene.TasksAsync())["w-a"], new(Verdict.Go));
        await lead.SettleAsync("w", scene.Space);

        await scene.Client.DeleteAsync<AgenticTask>("w-a", scene.Space);
        await scene.Client.DeleteAsync<AgenticTask>("w-b", scene.Space);
        var ended = await lead.SettleAsync("w", scene.Space);

        Assert.Equal((1, 1, WorkloadPhase.Failed), (ended.Status!.SucceededTasks, ended.Status.FailedTasks, ended.Status.Phase));
        Assert.Empty(await scene.TasksAsync());
    }

    [Theory, DevCluster]
    public async Task Nothing_is_written_or_asked_about_1000_Workloads_that_have_ended(IClusterUnderTest cluster)
    {
        await using var scene = await WorkloadScene.StartAsync(cluster);
        await Parallel.ForEachAsync(Enumerable.Range(0, 1000), TestContext.Current.CancellationToken, async (i, _) => await CreateEndedAsync(scene, $"w{i}", keepsTask: i % 10 == 0));
        await using var lead = await scene.LeadAsync();
        await lead.SyncAsync(scene.Space);
        var all = (await scene.Client.ListAsync<Workload>(scene.Space)).Items;
        Assert.Equal(1000, all.Count(w => w.Status?.Phase == WorkloadPhase.Completed));

        foreach (var workload in all)
        {
            Assert.Null((await lead.ReconcileAsync(workload)).Delay);
        }

        Assert.Equal(("", 0), (lead.Client.Written, lead.Client.Reads));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Changes_of_tasks_and_Agents_lead_to_the_next_write_without_any_timer(IClusterUnderTest cluster)
    {
        await using var scene = await WorkloadScene.StartAsync(cluster);
        await using var caches = await FollowedCaches.StartAsync(scene.Client);
        await using var controllers = await LeaderControllers.StartAsync(scene.Client, caches.Caches, new(), scene.Time, NullLogger.Instance);
        await scene.CreateForeignTaskAsync("w-b");
        await scene.CreateAsync("w", Step("a", "A.") with { AgentRef = new() { Name = "late" } }, Step("b", "B.", "a"));
        await Eventually.TrueAsync(async () => await PlannedAsync() == Reasons.AgentResolveFailed, "the Workload to wait for its Agent");

        await scene.CreateAgentAsync("late");
        await Eventually.TrueAsync(async () => await PlannedAsync() == Reasons.RenderError, "the Workload to be held up by a task in its way");
        await scene.Client.DeleteAsync<AgenticTask>("w-b", scene.Space);
        await Eventually.TrueAsync(async () => (await scene.TasksAsync()).Values.Count(t => t.GetController() is not null) == 2, "both tasks");
        foreach (var name in (string[])["w-a", "w-b"])
        {
            await scene.EndAsync((await scene.TasksAsync())[name], new(Verdict.Go));
        }

        await Eventually.TrueAsync(async () => (await scene.ReadAsync("w")).Status?.Phase == WorkloadPhase.Completed, "the Workload to end");

        async Task<string?> PlannedAsync() => (await scene.ReadAsync("w")).Status?.Conditions.Find(ConditionTypes.Planned)?.Reason;
    }

    private static PipelineStep Step(string name, string prompt, params string[] dependsOn) => new()
    {
        Name = name,
        Kind = TaskKind.Freeform,
        AgentRef = new() { Name = "coder" },
        Payload = new() { Prompt = prompt },
        DependsOn = dependsOn.Length > 0 ? dependsOn : null,
    };

    private static TaskEnd BatchEnd(string step) => step switch
    {
        "review-1-0" => new(Verdict.NoGo) { Extra = new() { ["findings"] = new JsonArray(new JsonObject { ["severity"] = "major", ["message"] = "it subtracts" }) } },
        "code-2" => new(Verdict.Incomplete) { Extra = new() { ["outcome"] = "CODER-GATE-FAILED" } },
        _ when step.StartsWith("verify", StringComparison.Ordinal) => new(Verdict.GatePass),
        _ when step.StartsWith("review", StringComparison.Ordinal) => new(Verdict.Go) { Extra = new() { ["pullRequestURL"] = $"https://forge/{step}" } },
        _ => new(Verdict.Go) { Extra = new() { ["gateAdvisories"] = new JsonArray(new JsonObject { ["check"] = "lint", ["detail"] = "unused" }) } },
    };

    private static TaskEnd PipelineEnd(string step) => step switch
    {
        "design" => new(Verdict.Go) { Extra = new() { ["outputs"] = new JsonObject { ["what"] = "a bridge" } } },
        "build" => new(Verdict.Incomplete),
        _ => new(Verdict.Go) { Summary = $"{step} done" },
    };

    // From now on a watch of tasks is open and tells nothing.
    private static async Task HoldAsync(FaultProxy proxy)
    {
        var held = proxy.Inject(CallMatch.Watches("agentictasks"), new Fault.HoldEvents(new TaskCompletionSource().Task));
        proxy.ResetConnections();
        await held.WaitAsync();
    }

    private static async Task CreateEndedAsync(WorkloadScene scene, string name, bool keepsTask)
    {
        var workload = await scene.CreateAsync(name, Step("a", "A."));
        var agents = new Dictionary<string, Agent> { ["coder"] = new() { Metadata = new() { Name = "coder" } } };
        var snapshot = new WorkloadSnapshot(workload) { Agents = agents };
        if (keepsTask)
        {
            var task = await scene.Client.CreateAsync(Assert.Single(WorkloadEngine.Decide(snapshot, scene.Time.GetUtcNow()).Creates));
            snapshot = snapshot with { Children = [await scene.EndAsync(task, new(Verdict.Go))] };
        }
        else
        {
            var plan = new WorkloadStep { Name = "a", Kind = TaskKind.Freeform, Task = $"{name}-a", State = StepState.Succeeded, Verdict = Verdict.Go };
            snapshot = snapshot with { Workload = workload with { Status = new() { Plan = [plan] } } };
        }

        var status = WorkloadEngine.Decide(snapshot, scene.Time.GetUtcNow()).Status!;
        await scene.Client.PatchMetadataAsync<Workload>(WorkloadStatusPatch.Of(await scene.Client.ReadAsync<Workload>(name, scene.Space) with { Status = null }, status), name, scene.Space, new PatchOptions { Subresource = "status" });
    }
}
