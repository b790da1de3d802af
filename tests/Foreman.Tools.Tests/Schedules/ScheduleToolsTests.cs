using Foreman.Api;
using Foreman.Tools.Schedules;

namespace Foreman.Tools.Tests.Schedules;

public sealed class ScheduleToolsTests : IDisposable
{
    private readonly Recorded _recorded = new();
    private readonly ToolHarness _tools;

    public ScheduleToolsTests() => _tools = new ToolHarness(settings: new ToolSettings(TimeSpan.FromSeconds(30)) { Schedules = _recorded });

    public void Dispose() => _tools.Dispose();

    [Theory]
    [InlineData("schedule_set", """{"cron":"@daily","task":"Look.\n\"x\"","enabled":false}""", "set , @daily, Look.\n\"x\", , , False")]
    [InlineData("schedule_set", """{"id":"a","cron":"@daily","task":"Look.","skill":"coder","timezone":"Asia/Tokyo"}""", "set a, @daily, Look., coder, Asia/Tokyo, ")]
    [InlineData("schedule_list", "{}", "list False")]
    [InlineData("schedule_list", """{"enabled_only":true}""", "list True")]
    [InlineData("schedule_delete", """{"id":"a"}""", "delete a")]
    [InlineData("schedule_history", "{}", "history , 20")]
    [InlineData("schedule_history", """{"schedule_id":"a","limit":50}""", "history a, 50")]
    public void F38_The_arguments_arrive_and_the_answer_is_what_the_model_reads(string tool, string arguments, string asked)
    {
        var outcome = _tools.Call(tool, arguments);

        Assert.False(outcome.IsError, outcome.Text);
        Assert.Equal(asked, outcome.Text);
    }

    [Theory]
    [InlineData("schedule_set", """{"task":"Look."}""", "needs the argument `cron`")]
    [InlineData("schedule_set", """{"cron":"@daily"}""", "needs the argument `task`")]
    [InlineData("schedule_delete", "{}", "needs the argument `id`")]
    [InlineData("schedule_history", """{"limit":51}""", "from 1 to 50")]
    [InlineData("schedule_list", """{"all":true}""", "has no argument `all`")]
    public void F38_What_is_missing_or_too_much_is_an_error_that_helps(string tool, string arguments, string says)
    {
        var outcome = _tools.Call(tool, arguments);

        Assert.True(outcome.IsError);
        Assert.Contains(says, outcome.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_refusal_is_an_error_for_the_model()
    {
        _recorded.Refusal = "models may not make schedules here";

        var outcome = _tools.Call("schedule_delete", """{"id":"a"}""");

        Assert.True(outcome.IsError);
        Assert.Contains("models may not make schedules here", outcome.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_there_are_no_schedules_the_tools_say_so()
    {
        using var tools = new ToolHarness();

        foreach (var tool in (string[])[KnownTools.ScheduleList, KnownTools.ScheduleHistory])
        {
            Assert.Contains("hosts itself", tools.Call(tool, "{}").Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_built_in_Agent_has_none_of_them() => Assert.DoesNotContain(BuiltInAgent.Spec.Tools, t => t.StartsWith("schedule_", StringComparison.Ordinal));

    /// <summary>Answers with what was asked.</summary>
    private sealed class Recorded : IScheduleAccess
    {
        public string? Refusal { get; set; }

        public Task<string> SetAsync(ScheduleWish wish, CancellationToken cancellationToken) =>
            Answer($"set {wish.Id}, {wish.Cron}, {wish.Task}, {wish.Agent}, {wish.TimeZone}, {wish.Enabled}");

        public Task<string> ListAsync(bool enabledOnly, CancellationToken cancellationToken) => Answer($"list {enabledOnly}");

        public Task<string> DeleteAsync(string id, CancellationToken cancellationToken) => Answer($"delete {id}");

        public Task<string> HistoryAsync(string? id, int limit, CancellationToken cancellationToken) => Answer($"history {id}, {limit}");

        private Task<string> Answer(string asked) =>
            Refusal is { } refusal ? Task.FromException<string>(new ScheduleAccessException(refusal)) : Task.FromResult(asked);
    }
}
