using Foreman.Api;

namespace Foreman.Scheduling.Tests.Mirroring;

public class MirrorsTests
{
    [Fact]
    public void A_new_host_is_registered_ready_and_schedulable()
    {
        var write = Assert.Single(Given.Decide(Given.Cluster([Given.Node("a")])).Statuses);

        Assert.Equal(Reasons.Registered, write.Event?.Reason);
        Assert.Equal(["Ready=True", "Schedulable=True"], Told(write));
    }

    [Fact]
    public void The_tasks_on_a_host_are_shown_at_most_once_a_second()
    {
        var cluster = Given.Cluster([Given.Node("a", 4)], Given.Task("t"));
        var first = Given.Decide(cluster);
        Assert.Equal("default/t", (string?)Assert.Single(first.Statuses).Status["currentTask"]);
        Assert.Equal(1, (int?)first.Statuses[0].Status["usedSlots"]);

        var more = cluster.Then(first, 0.2);
        var soon = Given.Decide(more with { Tasks = [.. more.Tasks, Given.Task("u")] });
        Assert.Empty(soon.Statuses);
        Assert.Equal(TimeSpan.FromSeconds(1), soon.RequeueAt);
    }

    [Fact]
    public void An_unchanged_host_is_not_written()
    {
        var node = Given.Node("a");
        var first = Given.Decide(Given.Cluster([node]));
        var written = node with
        {
            Status = node.Status! with
            {
                Conditions = System.Text.Json.JsonSerializer.Deserialize(
                    first.Statuses[0].Status["conditions"], Foreman.Kubernetes.Json.KubernetesJson.Default.IReadOnlyListV1Condition),
            },
        };

        Assert.Empty(Given.Decide(Given.Cluster([written])).Statuses);
    }

    [Theory]
    [InlineData("", "NoSystemPrompt")]
    [InlineData("You work.", "ConfigComplete")]
    public void An_agent_is_validated(string prompt, string reason)
    {
        var agent = Given.Agent("x", s => s with { SystemPrompt = prompt });

        var write = Assert.Single(Given.Decide(Given.Cluster([]) with { Agents = [agent] }).Statuses);

        Assert.Equal(reason, (string?)write.Status["conditions"]![0]!["reason"]);
        Assert.Equal(3, (long?)write.Status["observedGeneration"]);
    }

    [Fact]
    public void Kinds_that_cannot_be_acted_on_yet_say_so()
    {
        var plan = Given.Decide(Given.Cluster([]) with
        {
            Workloads = [new() { Metadata = new() { Name = "w", NamespaceProperty = "default", Uid = "1" } }],
            Releases = [new() { Metadata = new() { Name = "r", Uid = "2" } }],
            Profiles = [new() { Metadata = new() { Name = "p", Uid = "3" } }],
        });

        Assert.Equal(["Planned=False", "Halted=True", "Accepted=False"], plan.Statuses.SelectMany(Told));
        Assert.Equal(["Failed", "Failed", null], plan.Statuses.Select(s => (string?)s.Status["phase"]));
        Assert.All(plan.Statuses, s => Assert.Equal(Reasons.Unsupported, (string?)s.Status["conditions"]![0]!["reason"]));
    }

    private static IEnumerable<string> Told(StatusWrite write) =>
        write.Status["conditions"]!.AsArray().Select(c => $"{c!["type"]}={c["status"]}");
}
