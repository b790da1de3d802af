using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling.Tests.Ranking;

public class LastRunsTests
{
    private static readonly ObjectKey Coder = new("default", "coder");
    private static readonly ObjectKey Writer = new("default", "writer");

    [Fact]
    public void The_newest_run_of_each_model_counts()
    {
        var runs = Told(Ended("t1", "coder", "qwen", minute: 1), Ended("t2", "writer", "qwen", minute: 2), Ended("t3", "coder", "llama", minute: 0));

        Assert.Equal((false, true, true), (runs.IsOf("qwen", Coder), runs.IsOf("qwen", Writer), runs.IsOf("llama", Coder)));
        Assert.False(runs.IsOf("tiny", Coder));
    }

    [Fact]
    public void A_run_that_goes_on_counts_from_its_claim_and_one_that_is_not_claimed_yet_is_the_newest()
    {
        var ended = Ended("t1", "writer", "qwen", minute: 3);
        var assigned = Using(Of(Given.Task("t2"), "coder").Assigned("a"), "qwen");
        var claimed = assigned.Claimed();

        Assert.True(Told(ended, assigned).IsOf("qwen", Coder));
        Assert.True(Told(ended, claimed).IsOf("qwen", Writer));
        Assert.True(Told(Ended("t1", "writer", "qwen", minute: -1), claimed).IsOf("qwen", Coder));
    }

    [Fact]
    public void The_built_in_Agent_is_one_of_each_namespace()
    {
        var runs = Told(Ended("t1", null, "qwen", minute: 1));

        Assert.True(runs.IsOf("qwen", LastRuns.AgentOf(Given.Task("next"))));
        Assert.False(runs.IsOf("qwen", new ObjectKey("other", "")));
    }

    [Fact]
    public void What_was_never_claimed_ran_nowhere_and_neither_did_what_was_elsewhere()
    {
        var unclaimed = Of(Given.Task("t1"), "coder").After(new TaskAttempt { Attempt = 1, Node = "a", Model = "qwen", Outcome = AttemptOutcome.Unclaimed });
        var elsewhere = Ended("t2", "coder", "qwen", minute: 1, node: "b");

        Assert.False(Told(unclaimed, elsewhere).IsOf("qwen", Coder));
    }

    [Fact]
    public void Of_two_runs_that_began_at_once_it_does_not_matter_which_was_read_first()
    {
        var (one, other) = (Ended("t1", "coder", "qwen", minute: 1), Ended("t2", "writer", "qwen", minute: 1));

        Assert.True(Told(one, other).IsOf("qwen", Writer));
        Assert.True(Told(other, one).IsOf("qwen", Writer));
    }

    private static LastRuns Told(params AgenticTask[] tasks) => new FleetRuns(tasks).On("a");

    private static AgenticTask Ended(string name, string? agent, string model, int minute, string node = "a") =>
        Of(Given.Task(name), agent).After(new TaskAttempt { Attempt = 1, Node = node, Model = model, Outcome = AttemptOutcome.Succeeded, StartedAt = Given.Now.AddMinutes(minute) }).Ended(TaskPhase.Succeeded, Verdict.Go);

    private static AgenticTask Of(AgenticTask task, string? agent) => task.With(s => s with { AgentRef = agent is null ? null : new() { Name = agent } });

    private static AgenticTask Using(AgenticTask task, string model) => task with { Status = task.Status with { Model = new() { Name = model } } };
}
