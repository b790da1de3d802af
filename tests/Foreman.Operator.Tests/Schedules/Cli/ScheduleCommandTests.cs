using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Hosting;
using Foreman.Kubernetes;
using Foreman.Operator.Tests.Inspect;

namespace Foreman.Operator.Tests.Schedules.Cli;

public class ScheduleCommandTests
{
    [Fact]
    public async Task Schedules_are_listed_shown_and_begun_by_hand()
    {
        await using var cluster = await InspectedCluster.StartAsync();
        await CreateAsync(cluster, "nightly", "0 3 * * *");

        var list = await cluster.RunAsync("schedule", "list", "-n", "default");
        var get = await cluster.RunAsync("schedule", "get", "nightly", "-n", "default", "-o", "json");
        var run = await cluster.RunAsync("schedule", "run", "nightly", "-n", "default");

        Assert.Contains("default/nightly", list.Out, StringComparison.Ordinal);
        Assert.Equal("0 3 * * *", (string?)JsonNode.Parse(get.Out)!["spec"]!["schedule"]);
        var task = Assert.Single((await cluster.Client.ListAsync<AgenticTask>("default")).Items);
        Assert.Equal("nightly", task.GetLabel(Labels.Schedule));
        Assert.Contains(task.Name(), run.Out, StringComparison.Ordinal);
        Assert.Equal((ExitCodes.Done, ExitCodes.Done, ExitCodes.Done), (list.Code, get.Code, run.Code));
    }

    [Fact]
    public async Task A_schedule_that_is_not_there_is_told()
    {
        await using var cluster = await InspectedCluster.StartAsync();

        var get = await cluster.RunAsync("schedule", "get", "absent", "-n", "default");

        Assert.Equal(ExitCodes.Failed, get.Code);
        Assert.Contains("default/absent does not exist", get.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_history_is_that_of_the_status_newest_first()
    {
        await using var cluster = await InspectedCluster.StartAsync();
        await CreateAsync(cluster, "nightly", "0 3 * * *");
        await cluster.StatusAsync<TaskSchedule>("nightly", "default", new()
        {
            ["runCount"] = 1,
            ["history"] = new JsonArray(
                new JsonObject { ["task"] = "nightly-1", ["scheduledAt"] = "2030-01-01T03:00:00Z", ["status"] = "Completed", ["verdict"] = "GO", ["seconds"] = 90, ["correlationId"] = "abc" },
                new JsonObject { ["scheduledAt"] = "2030-01-02T03:00:00Z", ["status"] = "Skipped", ["message"] = "nightly-1 has not ended" }),
        });

        var all = await cluster.RunAsync("schedule", "history", "-n", "default");
        var one = await cluster.RunAsync("schedule", "history", "nightly", "--limit", "1", "-n", "default", "-o", "json");
        var none = await cluster.RunAsync("schedule", "history", "--limit", "0", "-n", "default");

        Assert.True(all.Out.IndexOf("Skipped", StringComparison.Ordinal) < all.Out.IndexOf("nightly-1   abc", StringComparison.Ordinal));
        Assert.Equal("Skipped", (string?)Assert.Single((JsonArray)JsonNode.Parse(one.Out)!)!["status"]);
        Assert.Equal(ExitCodes.Usage, none.Code);
    }

    [Fact]
    public async Task F40_The_export_has_the_CronJob_and_no_right_that_a_fire_does_not_need()
    {
        await using var cluster = await InspectedCluster.StartAsync();
        await CreateAsync(cluster, "nightly", "0 3 * * *");

        var export = await cluster.RunAsync("schedule", "export", "--schedule-fire-image", "example.com/foreman-agent:1", "-n", "default", "-o", "json");

        var items = ((JsonArray)JsonNode.Parse(export.Out)!["items"]!).Select(i => i!).ToArray();
        Assert.Equal(["ServiceAccount", "Role", "RoleBinding", "CronJob"], items.Select(i => (string?)i["kind"]));
        Assert.Equal(
            ["""{"apiGroups":["foreman.llmkube.dev"],"resources":["taskschedules"],"verbs":["get"],"resourceNames":["nightly"]}""", """{"apiGroups":["foreman.llmkube.dev"],"resources":["agentictasks"],"verbs":["create"]}""", """{"apiGroups":["foreman.llmkube.dev"],"resources":["workloads"],"verbs":["create"]}"""],
            ((JsonArray)items[1]["rules"]!).Select(r => r!.ToJsonString()));
        Assert.Equal("foreman-fire", (string?)items[3]["spec"]!["jobTemplate"]!["spec"]!["template"]!["spec"]!["serviceAccountName"]);
    }

    private static Task<TaskSchedule> CreateAsync(InspectedCluster cluster, string name, string schedule) => cluster.Client.CreateAsync(new TaskSchedule
    {
        Metadata = new() { Name = name, NamespaceProperty = "default" },
        Spec = new() { Schedule = schedule, TaskTemplate = new() { Spec = new() { Kind = TaskKind.Freeform, Payload = new() { Prompt = "Look." } } } },
    });
}
