using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Testing;
using Foreman.Testing.Forges;

namespace Foreman.Operator.Tests.Workloads.Intake;

/// <summary>Rounds on real API servers and a forge. An operator of another test would act on the same Workloads, so these run alone.</summary>
[Collection(nameof(OneLeader))]
public class IntakeRoundTests
{
    [Theory, DevCluster, KubeApiServer]
    public async Task Issues_are_taken_marked_and_then_nothing_is_written(IClusterUnderTest cluster)
    {
        await using var scene = await IntakeScene.StartAsync(cluster);
        var (second, first, third) = (scene.AddIssue(7), scene.AddIssue(4), scene.AddIssue(9));

        Assert.True(await scene.PollAsync());

        Assert.Equal(["night-4", "night-7"], (await scene.ChildrenAsync()).Keys.Order(StringComparer.Ordinal));
        Assert.Equal(["foreman", "foreman:in-progress"], first.Labels);
        Assert.Equal(["foreman", "foreman:in-progress"], second.Labels);
        Assert.Equal(["foreman"], third.Labels);
        Assert.Contains($"{scene.Cluster.Space}/night-4", Assert.Single(first.Comments).Body, StringComparison.Ordinal);
        var source = await scene.ReadAsync();
        Assert.Equal((WorkloadPhase.Dispatched, 2, 1), (source.Status!.Phase, source.Status.Intake!.InProgress, source.Status.Intake.Waiting));
        Assert.True((await scene.ChildrenAsync()).Values.All(c => c.IsOwnedBy(source)));
        var (writes, calls) = (scene.Client.Writes, scene.Forge.Calls.Count(c => c.IsWrite));
        await scene.PollAsync();
        await scene.PollAsync();
        Assert.Equal((writes, calls), (scene.Client.Writes, scene.Forge.Calls.Count(c => c.IsWrite)));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task What_ended_is_told_on_the_forge_counted_once_and_deleted_after_an_hour(IClusterUnderTest cluster)
    {
        await using var scene = await IntakeScene.StartAsync(cluster);
        var (good, bad) = (scene.AddIssue(1), scene.AddIssue(2));
        await scene.PollAsync();
        await scene.EndAsync(1, WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);
        await scene.EndAsync(2, WorkloadPhase.Failed, Reasons.ChildrenFailed);

        await scene.PollAsync();

        Assert.Equal(["foreman", "foreman:done"], good.Labels);
        Assert.Equal(["foreman", "foreman:failed"], bad.Labels);
        Assert.Contains("/pull/10", Assert.Single(good.Comments).Body, StringComparison.Ordinal);
        var counted = (await scene.ReadAsync()).Status!.Intake!;
        Assert.Equal((0, 1, 1, 2), (counted.InProgress, counted.Completed, counted.Failed, counted.Counted!.Count));
        scene.Cluster.Time.Advance(TimeSpan.FromHours(1));
        scene.NewOperator();
        await scene.PollAsync();
        Assert.Empty(await scene.ChildrenAsync());
        var after = (await scene.ReadAsync()).Status!.Intake!;
        Assert.Equal((1, 1, null), (after.Completed, after.Failed, after.Counted));
    }

    [Theory, DevCluster]
    public async Task An_operator_that_dies_with_any_write_leads_to_the_same_end(IClusterUnderTest cluster)
    {
        var (expected, writes) = await PlayAsync(cluster, int.MaxValue);
        Assert.InRange(writes, 10, 60);
        for (var last = 1; last <= writes; last++)
        {
            Assert.Equal(expected, (await PlayAsync(cluster, last)).State);
        }
    }

    [Theory, DevCluster]
    public async Task A_status_that_changed_meanwhile_is_not_written_over(IClusterUnderTest cluster)
    {
        await using var scene = await IntakeScene.StartAsync(cluster);
        scene.AddIssue(1);
        var changed = false;
        scene.Forge.Passing = async call =>
        {
            if (!changed)
            {
                changed = true;
                await scene.Cluster.ChangeAsync(IntakeScene.Source, new() { ["maxTasks"] = 7 });
            }
        };

        await scene.PollAsync();

        var source = await scene.ReadAsync();
        Assert.Equal((7, source.Metadata.Generation), (source.Spec.MaxTasks, source.Status!.ObservedGeneration));
        Assert.Equal(1, source.Status.Intake!.InProgress);
    }

    [Theory, DevCluster]
    public async Task Who_has_lost_the_lead_marks_nothing(IClusterUnderTest cluster)
    {
        await using var scene = await IntakeScene.StartAsync(cluster);
        var issue = scene.AddIssue(1);
        scene.LoseLead();

        await Assert.ThrowsAsync<OperationCanceledException>(scene.PollAsync);

        Assert.Equal(["foreman"], issue.Labels);
        Assert.Empty(issue.Comments);
    }

    [Theory, DevCluster]
    public async Task A_forge_that_wants_a_token_is_told_and_asked_again(IClusterUnderTest cluster)
    {
        await using var scene = await IntakeScene.StartAsync(cluster, withToken: false);
        scene.AddIssue(1);

        Assert.True(await scene.PollAsync());

        var planned = (await scene.ReadAsync()).Status!.Conditions.Find(ConditionTypes.Planned)!;
        Assert.Equal((Conditions.False, Reasons.SourceUnreadable), (planned.Status, planned.Reason));
        Assert.Contains(IntakeScene.Repository, planned.Message, StringComparison.Ordinal);
        scene.Forge.IsOpen = true;
        await scene.PollAsync();
        Assert.True((await scene.ReadAsync()).Status!.Conditions.IsTrue(ConditionTypes.Planned));
        Assert.Single(await scene.ChildrenAsync());
    }

    [Theory, DevCluster]
    public async Task A_Workload_of_somebody_else_with_the_name_is_left_alone_and_told(IClusterUnderTest cluster)
    {
        await using var scene = await IntakeScene.StartAsync(cluster);
        await scene.Cluster.CreateAsync("night-1", new WorkloadSpec { Intent = "x", Repo = "o/r", Issues = [1], CoderAgentRef = new() { Name = "coder" } });
        scene.AddIssue(1);
        scene.AddIssue(2);

        await scene.PollAsync();

        Assert.Equal("night-2", Assert.Single(await scene.ChildrenAsync()).Key);
        Assert.Contains("is not of this source", Assert.Single((await scene.ReadAsync()).Status!.Intake!.Skipped!).Reason, StringComparison.Ordinal);
        var writes = scene.Client.Writes;
        await scene.PollAsync();
        Assert.Equal(writes, scene.Client.Writes);
    }

    [Theory, DevCluster]
    public async Task Issues_with_a_pull_request_or_a_branch_are_not_taken(IClusterUnderTest cluster)
    {
        await using var scene = await IntakeScene.StartAsync(cluster);
        scene.AddIssue(1);
        scene.AddIssue(2);
        scene.AddIssue(3);
        scene.Stored.AddPull(10, "Mend it", "Fixes #1", new StoredBranches(IntakeScene.Repository, "mine", "main"));
        scene.Stored.Branches.Add("foreman/night-2/issue-2");

        await scene.PollAsync();

        Assert.Equal("night-3", Assert.Single(await scene.ChildrenAsync()).Key);
        Assert.Equal([1L, 2], (await scene.ReadAsync()).Status!.Intake!.Skipped!.Select(s => s.Issue));
        var asked = scene.Forge.Calls.Count(c => c.Path.Contains("/branches/", StringComparison.Ordinal));
        await scene.PollAsync();
        Assert.Equal(asked, scene.Forge.Calls.Count(c => c.Path.Contains("/branches/", StringComparison.Ordinal)));
    }

    [Theory, DevCluster]
    public async Task A_source_that_is_gone_or_has_ended_is_not_looked_at_any_more(IClusterUnderTest cluster)
    {
        await using var scene = await IntakeScene.StartAsync(cluster);
        await scene.Cluster.ChangeAsync(IntakeScene.Source, new() { ["cancel"] = true });

        Assert.False(await scene.PollAsync());
        Assert.Equal(Reasons.Cancelled, (await scene.ReadAsync()).Status!.Conditions.Find(ConditionTypes.Completed)!.Reason);
        await scene.Cluster.Client.DeleteAsync<Workload>(IntakeScene.Source, scene.Cluster.Space);
        Assert.False(await scene.PollAsync());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_name_that_can_be_no_label_is_told(IClusterUnderTest cluster)
    {
        await using var scene = await IntakeScene.StartAsync(cluster);
        var name = new string('n', 70);
        var spec = (await scene.ReadAsync()).Spec;
        await scene.Cluster.CreateAsync(name, spec);

        Assert.False(await scene.Round.RunAsync(new(scene.Cluster.Space, name), new(scene.Cluster.Time), TestContext.Current.CancellationToken));

        Assert.Equal(Reasons.InvalidPlan, (await scene.Cluster.ReadAsync(name)).Status!.Conditions.Find(ConditionTypes.Completed)!.Reason);
    }

    [Theory, DevCluster]
    public async Task An_issue_that_the_forge_refuses_to_mark_is_told_and_left_for_a_while(IClusterUnderTest cluster)
    {
        await using var scene = await IntakeScene.StartAsync(cluster);
        scene.AddIssue(1);
        var second = scene.AddIssue(2);
        scene.Forge.Instead = call => call.IsWrite && call.Path.Contains("/issues/1/", StringComparison.Ordinal) ? ForgeAnswer.Error(404, "Not Found") : null;

        await scene.PollAsync();

        var planned = (await scene.ReadAsync()).Status!.Conditions.Find(ConditionTypes.Planned)!;
        Assert.Equal(Reasons.SourceUnwritable, planned.Reason);
        Assert.Contains("Issue #1", planned.Message, StringComparison.Ordinal);
        Assert.Contains("foreman:in-progress", second.Labels);
        var (writes, calls) = (scene.Client.Writes, scene.Forge.Calls.Count(c => c.IsWrite));
        await scene.PollAsync();
        Assert.Equal((writes, calls), (scene.Client.Writes, scene.Forge.Calls.Count(c => c.IsWrite)));
        scene.Forge.Instead = _ => null;
        scene.Cluster.Time.Advance(TimeSpan.FromMinutes(10));
        await scene.PollAsync();
        Assert.True((await scene.ReadAsync()).Status!.Conditions.IsTrue(ConditionTypes.Planned));
    }

    // One issue ends well, one badly, which is taken again, and one is closed by people.
    private static async Task<(string State, int Writes)> PlayAsync(IClusterUnderTest cluster, int last)
    {
        await using var scene = await IntakeScene.StartAsync(cluster, s => s with { Source = s.Source! with { MaxInProgress = 3 } });
        var (_, bad, closed) = (scene.AddIssue(1), scene.AddIssue(2), scene.AddIssue(3));
        scene.NewOperator(last);
        var client = scene.Client;
        await scene.SurviveAsync();
        await scene.SurviveAsync();
        await scene.EndAsync(1, WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);
        await scene.EndAsync(2, WorkloadPhase.Failed, Reasons.ChildrenFailed);
        await scene.SurviveAsync();
        scene.Cluster.Time.Advance(TimeSpan.FromMinutes(5));
        bad.Labels.Remove("foreman:failed");
        closed.State = "closed";
        for (var i = 0; i < 3; i++)
        {
            await scene.SurviveAsync();
        }

        await scene.EndAsync(3, WorkloadPhase.Failed, Reasons.Cancelled);
        await scene.SurviveAsync();
        return (await scene.StateAsync(), client.Writes);
    }
}
