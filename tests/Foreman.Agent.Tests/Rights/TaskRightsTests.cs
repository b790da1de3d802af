using Foreman.Agent.Rights;
using Foreman.Api;

namespace Foreman.Agent.Tests.Rights;

[Trait("Kind", "12")]
public class TaskRightsTests
{
    private static readonly DateTimeOffset Now = new(2031, 3, 14, 1, 59, 26, TimeSpan.Zero);
    private static readonly NeededRight Patch = new("patch", AgenticTask.Type, "status");

    [Fact]
    public void A_host_with_all_its_rights_takes_tasks() =>
        Assert.Equal(RightsDecision.None, Decide(["team-a"], new NamespaceRights("team-a", [])));

    [Fact]
    public void A_host_without_rights_in_its_only_namespace_takes_none_and_says_what_to_grant()
    {
        var verdict = Decide(["team-a"], new NamespaceRights("team-a", [Patch]));

        Assert.Equal(Reasons.MissingRights, verdict.Refusal!.Reason);
        Assert.Equal(
            "mac-1 may not do what it must in the task namespace team-a: grant patch agentictasks/status (add team-a to the chart's taskNamespaces, or bind a Role with these verbs there to this host's identity)",
            verdict.Refusal.Message);
    }

    [Fact]
    public void A_host_with_rights_in_one_of_two_namespaces_takes_tasks_there()
    {
        var verdict = Decide(["team-a", "team-b"], new NamespaceRights("team-a", []), new NamespaceRights("team-b", [Patch]));

        Assert.Null(verdict.Refusal);
        Assert.Equal(["team-b"], verdict.Denied);
        Assert.Single(verdict.Problems);
    }

    [Fact]
    public void A_host_for_all_namespaces_needs_the_rights_everywhere() =>
        Assert.Contains("in all namespaces", Decide([], new NamespaceRights(null, [Patch])).Refusal!.Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("Team_A")]
    [InlineData("-a")]
    [InlineData("a.b")]
    [InlineData("")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("a\nb")]
    public void An_invalid_namespace_is_named_and_takes_no_tasks(string name)
    {
        var verdict = Decide([name]);

        Assert.Equal(Reasons.InvalidNamespace, verdict.Refusal!.Reason);
        Assert.Contains("--task-namespace", verdict.Refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', verdict.Refusal.Message!);
    }

    [Fact]
    public void A_refusal_stays_since_when_it_was_first_seen()
    {
        var first = Decide(["team-a"], new NamespaceRights("team-a", [Patch])).Refusal;
        Assert.Equal(Now, TaskRights.Decide("mac-1", ["team-a"], [new NamespaceRights("team-a", [Patch])], first, Now.AddHours(1)).Refusal!.Since);
    }

    private static RightsDecision Decide(string[] namespaces, params NamespaceRights[] found) => TaskRights.Decide("mac-1", namespaces, found, null, Now);
}
