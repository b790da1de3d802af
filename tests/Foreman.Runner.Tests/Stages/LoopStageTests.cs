using Foreman.AgentLoop;
using Foreman.AgentLoop.Settings;
using Foreman.Api;
using Foreman.Runner.Stages;
using Foreman.Runner.Tests.Scene;

namespace Foreman.Runner.Tests.Stages;

public sealed class LoopStageTests
{
    [Theory]
    [InlineData(4096, 4096)]
    [InlineData(65536, 65536)]
    [InlineData(null, EffectiveSettings.DefaultContextTokens)]
    public void The_window_is_the_one_that_was_promised_with_the_assignment(int? promised, int window) =>
        Assert.Equal(window, RequestOf(promised, null).Settings.ContextTokens);

    [Fact]
    public void An_Agent_may_ask_for_less_than_was_promised_and_gets_no_more()
    {
        Assert.Equal(2048, RequestOf(4096, BuiltInAgent.Spec with { ContextWindowTokens = 2048 }).Settings.ContextTokens);
        Assert.Equal(4096, RequestOf(4096, BuiltInAgent.Spec with { ContextWindowTokens = 32768 }).Settings.ContextTokens);
    }

    [Fact]
    public void The_prompt_is_the_tasks_own_and_the_budget_of_time_has_a_default()
    {
        var request = RequestOf(null, null);

        Assert.Equal(("Say hello", Tasks.Uid, 1, TimeSpan.FromMinutes(7)), (request.Prompt, request.TaskUid, request.Attempt, request.Settings.Timeout));
    }

    private static AgentRunRequest RequestOf(int? promised, AgentSpec? agent)
    {
        var held = Tasks.Held();
        var model = new PromisedModel { Name = "m", Url = "http://127.0.0.1:1", ContextTokens = promised };
        var attempt = held with { Task = held.Task with { Status = held.Task.Status with { Model = model } } };
        var record = new RunRecord(attempt, 0) { Agent = agent, Model = new ModelEndpoint(new Uri("http://127.0.0.1:1"), "m"), Workspace = "w" };
        return LoopStage.RequestOf(record, TimeSpan.FromMinutes(7), 1);
    }
}
