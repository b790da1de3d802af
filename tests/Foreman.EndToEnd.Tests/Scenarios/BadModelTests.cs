using Foreman.Api;
using Foreman.EndToEnd.Tests.Fleet;
using Foreman.Testing;

namespace Foreman.EndToEnd.Tests.Scenarios;

/// <summary>Model servers that don't do their part.</summary>
public class BadModelTests
{
    [Fact]
    public async Task A_model_that_never_answers_ends_the_task_at_its_timeout()
    {
        await using var fleet = await ForemanFleet.StartAsync();
        await using var server = await LlamaServer.StartAsync();
        await fleet.StartAgentAsync("host-a", server.Url);
        server.Hold();

        await fleet.ApplyTaskAsync("silent", "Say hello", "timeoutSeconds: 3");

        var task = await fleet.WaitForTaskAsync("silent", t => t.Status.Verdict is not null, "to end at its timeout");
        Assert.Equal((Verdict.Incomplete, FailureReason.Timeout), (task.Status.Verdict, task.Status.FailureReason));
        Assert.Equal("True", Assert.Single(task.Status.Conditions!, c => c.Type == "Completed").Status);
    }

    [Fact]
    public async Task A_model_url_that_answers_web_pages_is_reported_with_the_node_and_a_task_says_that_no_model_is_there()
    {
        await using var fleet = await ForemanFleet.StartAsync();
        using var page = new WebPage();
        await fleet.StartAgentAsync("host-a", page.Url, expectModel: false);

        var node = await fleet.WaitForNodeAsync("host-a", n => n.Status?.Capability?.ModelServers is { Count: > 0 }, "to report the URL");
        await fleet.ApplyTaskAsync("waiting", "Say hello");

        var reported = Assert.Single(node.Status!.Capability!.ModelServers!, s => s.Url == page.Url);
        Assert.False(reported.Healthy);
        Assert.NotEmpty(reported.Reason ?? "");
        var task = await fleet.WaitForTaskAsync("waiting", t => t.Status.Conditions is { Count: > 0 }, "to say why it waits");
        var scheduled = Assert.Single(task.Status.Conditions!, c => c.Type == "Scheduled");
        Assert.Equal("False", scheduled.Status);
        Assert.Contains("model", scheduled.Message, StringComparison.OrdinalIgnoreCase);
    }
}
