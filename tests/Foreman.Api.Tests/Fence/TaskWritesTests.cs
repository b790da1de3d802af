using System.Text.Json.Nodes;
using Foreman.Kubernetes;

namespace Foreman.Api.Tests.Fence;

public class TaskWritesTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    private static AgenticTask Task(TaskPhase phase, long attempt, string? holder = null) => new()
    {
        Status = new()
        {
            Phase = phase,
            Attempt = attempt,
            AssignedNode = phase == TaskPhase.Pending ? null : "mac-1",
            Placement = phase == TaskPhase.Pending ? null : Placement.Node,
            Claim = holder is null ? null : new() { Holder = holder },
        },
    };

    private static List<string> Lines(V1Patch patch) =>
        [.. patch.Content.AsArray().Select(o => $"{o!["op"]} {o["path"]}{(o["op"]!.ToString() == "test" ? " = " + o["value"] : "")}")];

    [Fact]
    public void Only_an_assignment_raises_the_attempt_and_it_tests_the_old_one()
    {
        var lines = Lines(TaskWrites.Assign(Task(TaskPhase.Pending, 4), new("mac-1", Placement.Node, new() { Name = "m" }, 7), []));

        Assert.Equal(["test /status/attempt = 4", "test /status/phase = Pending"], lines[..2]);
        Assert.Contains("add /status/assignedNode", lines);
        Assert.Contains("add /status/agentGeneration", lines);
    }

    [Fact]
    public void A_holder_says_where_it_went_on_and_the_next_assignment_takes_that_back()
    {
        var from = new ResumePoint { Attempt = 1, Turn = 14 };
        var task = Task(TaskPhase.Pending, 4);

        Assert.Contains("add /status/resumedFrom", Lines(TaskWrites.Progress(2, "h/1", new() { ResumedFrom = from })));
        Assert.Contains("add /status/resumedFrom", Lines(TaskWrites.End(2, "h/1", new() { ResumedFrom = from })));
        Assert.DoesNotContain("add /status/resumedFrom", Lines(TaskWrites.Progress(2, "h/1", new())));
        Assert.Contains("remove /status/resumedFrom", Lines(TaskWrites.Assign(task with { Status = task.Status with { ResumedFrom = from } }, new("mac-1", Placement.Node, null, 7), [])));
        Assert.DoesNotContain("remove /status/resumedFrom", Lines(TaskWrites.Assign(task, new("mac-1", Placement.Node, null, 7), [])));
    }

    [Fact]
    public void The_Job_of_an_attempt_is_named_with_its_assignment_and_the_next_one_elsewhere_takes_that_back()
    {
        var task = Task(TaskPhase.Pending, 4) with { Metadata = new() { Uid = "0a1b2c3d-4e5f" } };
        var named = task with { Status = task.Status with { JobName = "fm-0a1b2c3d4e-4" } };
        var assigned = TaskWrites.Assign(named, new("mac-1", Placement.Job, null, 7) { RunsInJob = true }, []);

        Assert.Equal("fm-0a1b2c3d4e-5", (string?)assigned.Content.AsArray().Single(o => (string?)o!["path"] == "/status/jobName")!["value"]);
        Assert.Contains("remove /status/jobName", Lines(TaskWrites.Assign(named, new("mac-1", Placement.Node, null, 7), [])));
        Assert.DoesNotContain("remove /status/jobName", Lines(TaskWrites.Assign(task, new("mac-1", Placement.Node, null, 7), [])));
    }

    [Fact]
    public void Every_write_of_a_runner_tests_attempt_phase_and_holder_before_it_changes_anything()
    {
        string[] guard = ["test /status/attempt = 2", "test /status/phase = Running", "test /status/claim/holder = h/1"];

        Assert.Equal(guard, Lines(TaskWrites.Progress(2, "h/1", new()))[..3]);
        Assert.Equal(guard, Lines(TaskWrites.End(2, "h/1", new() { FinishedAt = Now }))[..3]);
        Assert.Equal(guard, Lines(TaskWrites.GiveBack(2, "h/1", new(), []))[..3]);
        Assert.Equal(guard, Lines(TaskWrites.Reclaim(2, "h/1", "h/2"))[..3]);
    }

    [Fact]
    public void A_release_removes_what_keeps_the_task_in_the_agents_selection_and_records_the_attempt()
    {
        foreach (var patch in new[]
        {
            TaskWrites.GiveBack(2, "h/1", new(), []),
            TaskWrites.Decline(2, new(), []),
            TaskWrites.TakeBack(Task(TaskPhase.Running, 2, "h/1"), new(), []),
            TaskWrites.TakeBack(Task(TaskPhase.Scheduled, 2), new(), []),
        })
        {
            var lines = Lines(patch);
            Assert.Contains("remove /status/assignedNode", lines);
            Assert.Contains("remove /status/placement", lines);
            Assert.Contains("add /status/attempts/-", lines);
        }
    }

    [Fact]
    public void Only_a_claimed_task_has_its_claim_removed()
    {
        Assert.Contains("remove /status/claim", Lines(TaskWrites.TakeBack(Task(TaskPhase.Running, 2, "h/1"), new(), [])));
        Assert.DoesNotContain("remove /status/claim", Lines(TaskWrites.TakeBack(Task(TaskPhase.Scheduled, 2), new(), [])));
        Assert.DoesNotContain("remove /status/claim", Lines(TaskWrites.Decline(2, new(), [])));
    }

    [Fact, Trait("Kind", "1")]
    public void A_task_with_absent_fields_is_taken_back_by_what_it_has()
    {
        var bare = new AgenticTask { Status = new() { Phase = TaskPhase.Running } };
        var lines = Lines(TaskWrites.TakeBack(bare, new(), []));
        Assert.Equal(["test /status/attempt = 0", "test /status/phase = Running"], lines[..2]);
        Assert.DoesNotContain(lines, l => l.StartsWith("remove", StringComparison.Ordinal));

        var unheld = bare with { Status = bare.Status with { AssignedNode = "n", Placement = Placement.Node, Claim = new() } };
        lines = Lines(TaskWrites.TakeBack(unheld, new(), []));
        Assert.DoesNotContain(lines, l => l.StartsWith("test /status/claim", StringComparison.Ordinal));
        Assert.Contains("remove /status/claim", lines);
    }

    [Theory, Trait("Kind", "1")]
    [InlineData(31, 0)]
    [InlineData(32, 1)]
    [InlineData(35, 4)]
    public void Taking_back_makes_room_for_its_entry(int entries, int evicted)
    {
        var task = Task(TaskPhase.Running, 40, "h/1");
        task = task with { Status = task.Status with { Attempts = [.. Enumerable.Range(1, entries).Select(n => new TaskAttempt { Attempt = n })] } };

        Assert.Equal(evicted, Lines(TaskWrites.TakeBack(task, new(), [])).Count(l => l.StartsWith("remove /status/attempts/", StringComparison.Ordinal)));
        Assert.Equal(entries - evicted, AttemptHistory.WithRoom(task.Status.Attempts, room: 1).Count);
    }

    [Fact, Trait("Kind", "12")]
    public void The_operators_end_is_about_the_spec_that_it_has_seen()
    {
        var task = Task(TaskPhase.Pending, 2) with { Metadata = new() { Generation = 7 } };

        Assert.Contains("test /metadata/generation = 7", Lines(TaskWrites.EndPending(task, new() { FinishedAt = Now })));
    }

    [Fact]
    public void The_first_claim_sets_the_start_of_the_task_and_later_ones_leave_it()
    {
        var claim = new TaskClaim { Holder = "h/1", AcquiredAt = Now };

        Assert.Contains("add /status/startedAt", Lines(TaskWrites.Claim(1, claim, first: true, [])));
        Assert.DoesNotContain("add /status/startedAt", Lines(TaskWrites.Claim(2, claim, first: false, [])));
    }

    [Fact]
    public void An_end_carries_the_branch_the_commit_and_the_gate_where_there_are_some()
    {
        var lines = Lines(TaskWrites.End(1, "h/1", new() { Branch = "b", CommitSHA = "c", Gate = [new() { Check = "test", Outcome = Verdict.GatePass }] }));
        var none = Lines(TaskWrites.End(1, "h/1", new() { Gate = [] }));

        Assert.Equal(["add /status/branch", "add /status/commitSHA", "add /status/gate"], lines.Except(none).Order());
    }

    [Fact]
    public void An_end_carries_the_result_as_it_is()
    {
        var result = new JsonObject { ["schemaVersion"] = "foreman.v1" };

        var patch = TaskWrites.End(1, "h/1", new() { Result = result, FinishedAt = Now, Verdict = Verdict.Go, Phase = TaskPhase.Succeeded });

        Assert.Equal("""{"schemaVersion":"foreman.v1"}""", patch.Content.AsArray().Single(o => o!["path"]!.ToString() == "/status/result")!["value"]!.ToJsonString());
        Assert.Equal("{\"schemaVersion\":\"foreman.v1\"}", result.ToJsonString());
    }
}
