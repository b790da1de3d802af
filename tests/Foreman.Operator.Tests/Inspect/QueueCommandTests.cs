using System.Text.Json.Nodes;
using Foreman.Operator.Inspect;

namespace Foreman.Operator.Tests.Inspect;

public class QueueCommandTests
{
    [Fact]
    public async Task The_queue_is_shown_in_its_order()
    {
        await using var cluster = await InspectedCluster.StartAsync(InspectedCluster.Node("mac"));
        var empty = await cluster.RunAsync("queue");
        await cluster.CreateAsync("low");
        await cluster.CreateAsync("high", s => s with { Priority = 7 });
        await cluster.CreateAsync("odd", s => s with { RequiredCapability = new() { MinRAMGB = 900 } });

        var text = await cluster.RunAsync("queue");
        var json = JsonNode.Parse((await cluster.RunAsync("queue", "-o", "json", "-n", "default")).Out)!;
        var elsewhere = await cluster.RunAsync("queue", "-n", "other");

        Assert.Equal((0, "No task waits.\n"), (empty.Code, empty.Out));
        Assert.StartsWith("PLACE   TASK", text.Out, StringComparison.Ordinal);
        Assert.Matches(@"\n1 +default/high +7 +\d+s +- +starts on mac\n", text.Out);
        Assert.Matches(@"\n\d +default/low +0 +\d+s +- +waits +WaitingForCapacity: ", text.Out);
        Assert.Matches(@"\n\d +default/odd +0 +\d+s +- +never +NoMatchingNode: ", text.Out);
        Assert.Equal(["high", "low", "odd"], json["tasks"]!.AsArray().Select(t => (string)t!["task"]!).Order());
        Assert.Equal("No task waits.\n", elsewhere.Out);
    }

    [Theory]
    [InlineData(-3, "0s")]
    [InlineData(119, "119s")]
    [InlineData(120, "2m")]
    [InlineData(7199, "119m")]
    [InlineData(7200, "2h")]
    [InlineData(172800, "2d")]
    public void Ages_are_told_in_whole_units(int seconds, string expected) => Assert.Equal(expected, QueueCommand.Age(TimeSpan.FromSeconds(seconds)));
}
