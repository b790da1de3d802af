using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Loop;
using Foreman.Operator.Tests.Fakes;
using Foreman.Scheduling;

namespace Foreman.Operator.Tests.Loop;

public class DecisionTranslatorTests
{
    [Fact]
    public void An_assignment_tests_attempt_and_phase_and_sets_host_placement_and_model()
    {
        var patch = Patch(Sample.Assign(Sample.Task("t")));

        Assert.Equal(["test /status/attempt 0", "test /status/phase Pending"], patch[..2]);
        Assert.Contains("add /status/attempt 1", patch);
        Assert.Contains("add /status/phase Scheduled", patch);
        Assert.Contains("add /status/assignedNode a", patch);
        Assert.Contains("add /status/placement Node", patch);
        Assert.Contains("add /status/agentGeneration 3", patch);
        Assert.Contains(patch, o => o.StartsWith("add /status/model {", StringComparison.Ordinal) && o.Contains("qwen", StringComparison.Ordinal));
        Assert.Contains(patch, o => o.StartsWith("add /status/conditions [", StringComparison.Ordinal) && o.Contains("FleetNodeAssigned", StringComparison.Ordinal));
    }

    [Fact]
    public void An_assignment_makes_room_in_a_full_history()
    {
        var attempts = Enumerable.Range(1, 31).Select(n => new TaskAttempt { Attempt = n, Outcome = AttemptOutcome.Unclaimed }).ToArray();
        var task = Sample.Task("t") with { Status = new() { Phase = TaskPhase.Pending, Attempt = 31, Attempts = attempts } };

        Assert.Contains("remove /status/attempts/0 ", Patch(Sample.Assign(task)));
    }

    [Fact]
    public void A_run_is_taken_back_from_its_holder_only()
    {
        var running = Sample.Task("t").Scheduled(Placement.Node).Running();
        var patch = Patch(new TakeBackTask
        {
            Task = running,
            After = running with { Status = new() { Phase = TaskPhase.Pending } },
            Attempt = new() { Attempt = 1, Outcome = AttemptOutcome.Lost },
        });

        Assert.Equal(["test /status/attempt 1", "test /status/phase Running", "test /status/claim/holder host/1"], patch[..3]);
        Assert.Contains("add /status/phase Pending", patch);
        Assert.Contains("remove /status/assignedNode ", patch);
        Assert.Contains("remove /status/placement ", patch);
        Assert.Contains("remove /status/claim ", patch);
        Assert.Contains(patch, o => o.StartsWith("add /status/attempts/- {", StringComparison.Ordinal) && o.Contains("Lost", StringComparison.Ordinal));
    }

    [Fact]
    public void A_task_ends_with_its_reason()
    {
        var task = Sample.Task("t");
        var patch = Patch(new CompleteTask { Task = task, After = task, Completion = new() { FailureReason = FailureReason.Unsupported } });

        Assert.Contains("add /status/phase Failed", patch);
        Assert.Contains("add /status/failureReason Unsupported", patch);
    }

    [Fact]
    public void An_explanation_sets_conditions_and_nothing_else()
    {
        var patch = Patch(Sample.Explain(Sample.Task("t")));

        Assert.Equal(3, patch.Length);
        Assert.StartsWith("add /status/conditions [", patch[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_host_only_what_differs_is_merged()
    {
        var node = Sample.Node("a");
        var after = node.Status! with { Phase = FleetNodePhase.NotReady, UsedSlots = 1, CurrentTask = "team/t", CurrentTasks = ["team/t"] };

        var changed = DecisionTranslator.ToPatch(new ChangeNodeStatus { Node = node, After = after })!;
        Assert.Equal(PatchType.MergePatch, changed.Type);
        Assert.Equal("""{"status":{"phase":"NotReady","usedSlots":1,"currentTasks":["team/t"],"currentTask":"team/t"}}""", changed.Content.ToJsonString());
        var idle = DecisionTranslator.ToPatch(new ChangeNodeStatus { Node = node with { Status = after }, After = after with { CurrentTask = null } })!;
        Assert.Equal("""{"status":{"currentTask":null}}""", idle.Content.ToJsonString());
    }

    [Fact]
    public void Assignments_and_rescues_are_sent_before_explanations_and_events()
    {
        var task = Sample.Task("t");
        Decision[] decisions =
        [
            new RecordEvent { About = task },
            Sample.Explain(task),
            new ChangeNodeStatus { Node = Sample.Node("a"), After = new() },
            Sample.Assign(task),
            new TakeBackTask { Task = task, After = task, Attempt = new() },
            new CompleteTask { Task = task, After = task, Completion = new() },
        ];

        Assert.Equal(
            ["Assign", "TakeBack", "Complete", "ChangeNodeStatus", "Explain", "RecordEvent"],
            decisions.OrderBy(DecisionTranslator.LaneOf).Select(DecisionTranslator.NameOf));
        Assert.Null(DecisionTranslator.ToPatch(decisions[0]));
    }

    private static string[] Patch(Decision decision) =>
        [.. DecisionTranslator.ToPatch(decision)!.Content.AsArray().Select(o => $"{o!["op"]} {o["path"]} {Text(o["value"])}")];

    private static string Text(JsonNode? value) => value is JsonObject or JsonArray ? value.ToJsonString() : value?.ToString() ?? "";
}
