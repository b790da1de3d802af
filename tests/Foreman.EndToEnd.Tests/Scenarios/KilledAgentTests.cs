using Foreman.Api;
using Foreman.EndToEnd.Tests.Fleet;
using Foreman.Kubernetes;
using Foreman.Testing;

namespace Foreman.EndToEnd.Tests.Scenarios;

/// <summary>A run whose agents are killed, with the real operator that notices it.</summary>
public class KilledAgentTests
{
    private const string Prompt = "Count with an operator.";

    private static readonly StepCall[][] Script =
    [
        [StepCall.Of("write_file", ("path", "count.txt"), ("content", "count 0\n"))],
        [Edit(0)],
        [Edit(1)],
        [Edit(2), StepCall.Of("write_file", ("path", "other.txt"), ("content", "other"))],
        [Edit(3)],
        [StepCall.Of("submit_result", ("verdict", "GO"), ("summary", "counted"), ("commit_message", "Count"))],
    ];

    [Fact]
    public async Task A_run_goes_on_when_its_agent_was_killed_and_elsewhere_when_its_host_stays_dead_whose_late_write_is_refused()
    {
        await using var fleet = await ForemanFleet.StartAsync();
        using var model = new StepModel(Prompt, Script);
        var (first, second) = (new Hold(2), new Hold(4));
        model.Passing = async (step, moment) =>
        {
            await first.PassAsync(step, moment);
            await second.PassAsync(step, moment);
        };
        var agents = new List<AgentProcess> { await fleet.StartAgentAsync("host-a", model.Url), await fleet.StartAgentAsync("host-b", model.Url) };
        await fleet.ApplyTaskAsync("count", Prompt);

        await first.Reached.WaitAsync(TestDeadline.Default);
        var at = await fleet.TaskAsync("count");
        var killed = agents.Single(a => a.Node == at.Status.AssignedNode);
        agents[agents.IndexOf(killed)] = await fleet.KillAndRestartAsync(killed);
        first.Release();

        await second.Reached.WaitAsync(TimeSpan.FromMinutes(3));
        at = await fleet.TaskAsync("count");
        var dead = agents.Single(a => a.Node == at.Status.AssignedNode);
        dead.Process.Send(Signal.Kill);
        second.Release();

        var task = await fleet.WaitForTaskAsync("count", t => t.Status.Verdict is not null, "to end on the other host", TimeSpan.FromMinutes(3));
        var other = agents.Single(a => a != dead);
        Assert.Equal((TaskPhase.Succeeded, Verdict.Go, other.Node), (task.Status.Phase, task.Status.Verdict, task.Status.AssignedNode));
        Assert.Equal(
            [(dead.Node, AttemptOutcome.Lost), (other.Node, AttemptOutcome.Succeeded)], task.Status.Attempts.Skip(1).Select(a => (a.Node, a.Outcome!.Value)));
        Assert.Equal([AttemptOutcome.GivenBack, AttemptOutcome.Lost, AttemptOutcome.Succeeded], task.Status.Attempts.Select(a => a.Outcome!.Value));
        Assert.Equal(new ResumePoint { Attempt = 2, Turn = 4 }, task.Status.ResumedFrom);
        var workspace = task.Status.Result!["extra"]!["workspace"]!["path"]!.GetValue<string>();
        Assert.Equal("count 4\n", await File.ReadAllTextAsync(Path.Combine(workspace, "count.txt"), TestContext.Current.CancellationToken));
        Assert.Equal("other", await File.ReadAllTextAsync(Path.Combine(workspace, "other.txt"), TestContext.Current.CancellationToken));
        Assert.StartsWith(other.Workspaces, workspace, StringComparison.Ordinal);
        Assert.All(
            Directory.EnumerateFiles(dead.Workspaces, "count.txt", SearchOption.AllDirectories), f => Assert.NotEqual("count 4\n", File.ReadAllText(f)));

        var refusal = await Assert.ThrowsAsync<KubernetesException>(() => fleet.EndLateAsync(dead, at));

        Assert.True(refusal.IsTestFailed, refusal.Message);
        Assert.Equal(task.Status.Result!.ToJsonString(), (await fleet.TaskAsync("count")).Status.Result!.ToJsonString());
    }

    private static StepCall Edit(int count) => StepCall.Of(
        "str_replace", ("path", "count.txt"), ("old_string", FormattableString.Invariant($"count {count}")), ("new_string", FormattableString.Invariant($"count {count + 1}")));

    /// <summary>Holds the answer of one step, once.</summary>
    private sealed class Hold(int step)
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Reached => _reached.Task;

        public void Release() => _released.TrySetResult();

        public Task PassAsync(int asked, StepMoment moment)
        {
            if ((asked, moment) != (step, StepMoment.Asked))
            {
                return Task.CompletedTask;
            }

            _reached.TrySetResult();
            return _released.Task;
        }
    }
}
