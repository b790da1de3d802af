using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Runner.Progress;
using Foreman.Runner.Tests.Scene;

namespace Foreman.Runner.Tests.Progress;

public sealed class McpReportTests
{
    private static readonly DateTimeOffset Now = new(2031, 1, 1, 12, 0, 5, TimeSpan.Zero);
    private static readonly IReadOnlyList<V1Condition> Running = [new V1Condition { Type = ConditionTypes.Running, Status = Conditions.True, Reason = Reasons.Claimed }];

    [Fact]
    public void Faults_are_a_condition_that_names_them_since_the_claim()
    {
        var attempt = Tasks.Held() with { ClaimedAt = Now.AddSeconds(-30) };

        var told = McpReport.ConditionsWith(Running, ["MCP server a: refused", "MCP server b, tool t: gone"], attempt, Now);

        var condition = told.Find(ConditionTypes.McpDegraded)!;
        Assert.Equal((Conditions.True, Reasons.McpServersSkipped, Now.AddSeconds(-30)), (condition.Status, condition.Reason, condition.LastTransitionTime));
        Assert.Equal("goes on without: MCP server a: refused; MCP server b, tool t: gone", condition.Message);
        Assert.True(told.IsTrue(ConditionTypes.Running));
        Assert.Same(told, McpReport.ConditionsWith(told, ["MCP server a: refused", "MCP server b, tool t: gone"], attempt, Now.AddMinutes(5)));
    }

    [Fact]
    public void Without_faults_there_is_no_condition()
    {
        var told = McpReport.ConditionsWith(Running, ["x"], Tasks.Held(), Now);

        Assert.Same(Running, McpReport.ConditionsWith(Running, null, Tasks.Held(), Now));
        Assert.Equal(Running, McpReport.ConditionsWith(told, McpReport.Of([]), Tasks.Held(), Now));
    }

    [Theory]
    [InlineData(8, 8, null)]
    [InlineData(9, 8, "and 2 more; the transcript has all")]
    [InlineData(500, 8, "and 493 more; the transcript has all")]
    public void Many_faults_and_long_ones_are_bounded(int given, int told, string? last)
    {
        var faults = McpReport.Of([.. Enumerable.Range(0, given).Select(i => $"server {i}\n{new string('x', 5000)}")])!;

        Assert.Equal(told, faults.Count);
        Assert.All(faults, f => Assert.InRange(f.Length, 1, 240));
        Assert.DoesNotContain(faults, f => f.Contains('\n', StringComparison.Ordinal));
        Assert.Equal(last ?? faults[^1], faults[^1]);
    }
}
