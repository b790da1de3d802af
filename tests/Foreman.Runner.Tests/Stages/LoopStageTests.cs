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

        Assert.Equal(("Say hello", Tasks.Uid, 1, TimeSpan.FromHours(1)), (request.Prompt, request.TaskUid, request.Attempt, request.Settings.Timeout));
        Assert.Equal(TimeSpan.FromSeconds(90), RequestOf(null, BuiltInAgent.Spec with { RequestTimeoutSeconds = 90 }).Settings.Timeout);
        Assert.Equal(TimeSpan.FromSeconds(7), RequestOf(null, null, timeoutSeconds: 7).Settings.Timeout);
    }

    [Fact]
    public void A_ModelProfile_adds_to_the_system_message_and_sets_what_the_Agent_leaves_open()
    {
        var profile = new ModelProfileSpec
        {
            SystemPromptAddendum = "Think in small steps.",
            StuckLoopDetection = new StuckLoopDetection { RepeatedToolThreshold = 9, EditFreeTurnsLimit = 0 },
            RestrictReadsInForcingPhase = true,
        };
        var open = RequestOf(null, BuiltInAgent.Spec with { SystemPrompt = "You mend programs." }, profile: profile);
        var own = RequestOf(null, BuiltInAgent.Spec with { StuckLoopDetection = new StuckLoopDetection { EditFreeTurnsLimit = 3 } }, profile: profile);

        Assert.EndsWith("You mend programs.\n\nThink in small steps.", open.SystemPrompt, StringComparison.Ordinal);
        Assert.Equal((9, 15, true), (open.Settings.RepeatedToolThreshold, open.Settings.EditFreeTurnsLimit, open.Settings.RestrictReads));
        Assert.Equal((0, 3, true), (own.Settings.RepeatedToolThreshold, own.Settings.EditFreeTurnsLimit, own.Settings.RestrictReads));
        Assert.StartsWith("/state/transcripts/", open.ResultsDirectory, StringComparison.Ordinal);
        Assert.EndsWith(".results", open.ResultsDirectory, StringComparison.Ordinal);
    }

    [Fact]
    public void A_budget_beyond_what_timers_take_is_cut_to_it()
    {
        var agent = BuiltInAgent.Spec with { RequestTimeoutSeconds = int.MaxValue, RequestTurnTimeoutSeconds = int.MaxValue };

        var settings = RequestOf(null, agent, int.MaxValue).Settings;

        Assert.Equal((TimeSpan.FromDays(40), TimeSpan.FromDays(40)), (settings.Timeout, settings.TurnTimeout));
    }

    [Fact]
    public void What_the_attempt_has_waited_before_is_part_of_its_time()
    {
        var agent = BuiltInAgent.Spec with { RequestTimeoutSeconds = 500 };

        Assert.Equal(TimeSpan.FromSeconds(300), RequestOf(null, agent, timeoutSeconds: 900, elapsed: TimeSpan.FromSeconds(600.4)).Settings.Timeout);
        Assert.Equal(TimeSpan.FromSeconds(500), RequestOf(null, agent, elapsed: TimeSpan.FromSeconds(600)).Settings.Timeout);
        Assert.Equal(TimeSpan.FromSeconds(1), RequestOf(null, agent, timeoutSeconds: 900, elapsed: TimeSpan.FromHours(1)).Settings.Timeout);
    }

    [Fact]
    public void The_payloads_prefix_and_images_the_budget_and_the_Agents_seconds_for_commands_reach_the_run()
    {
        var agent = BuiltInAgent.Spec with { SystemPrompt = "You mend programs.", BashTimeoutSeconds = 7 };
        var entry = Tasks.Entry(1, AttemptOutcome.Lost) with { Usage = new Usage { PromptTokens = 300, CompletionTokens = 50 } };

        var request = RequestOf(null, agent, spec: s => s with
        {
            Budget = new TaskBudget { Tokens = 1000 },
            Payload = s.Payload with { PromptPrefix = "Mind the tests.", Images = ["a.png", "b.png"] },
        }, attempts: [entry]);

        Assert.EndsWith("You mend programs.\n\nMind the tests.", request.SystemPrompt, StringComparison.Ordinal);
        Assert.Equal(["a.png", "b.png"], request.Images);
        Assert.Equal((650L, TimeSpan.FromSeconds(7)), (request.Settings.MaxTotalTokens, request.Settings.CommandTimeout));
        Assert.Equal((null, []), (RequestOf(null, null).Settings.MaxTotalTokens, RequestOf(null, null).Images));
    }

    [Fact]
    public void A_task_that_plans_ends_with_a_plan()
    {
        var held = Tasks.Held();
        var planning = held.Task with { Metadata = held.Task.Metadata with { Annotations = new Dictionary<string, string> { [Labels.Intent] = "0123456789abcdef" } } };

        Assert.True(RequestOfAttempt(held with { Task = planning }).Settings.IsPlan);
        Assert.False(RequestOfAttempt(held).Settings.IsPlan);
    }

    private static AgentRunRequest RequestOf(int? promised, AgentSpec? agent, int? timeoutSeconds = null, ModelProfileSpec? profile = null, TimeSpan elapsed = default,
        Func<AgenticTaskSpec, AgenticTaskSpec>? spec = null, IReadOnlyList<TaskAttempt>? attempts = null)
    {
        var held = Tasks.Held();
        var model = new PromisedModel { Name = "m", Url = "http://127.0.0.1:1", ContextTokens = promised };
        var attempt = held with { Task = held.Task with { Spec = (spec ?? (s => s))(held.Task.Spec with { TimeoutSeconds = timeoutSeconds }), Status = held.Task.Status with { Model = model, Attempts = attempts ?? [] } } };
        return RequestOfAttempt(attempt, agent, profile, elapsed);
    }

    private static AgentRunRequest RequestOfAttempt(Attempt attempt, AgentSpec? agent = null, ModelProfileSpec? profile = null, TimeSpan elapsed = default)
    {
        var record = new RunRecord(attempt, 0) { Agent = agent, Profile = profile, Model = new ModelEndpoint(new Uri("http://127.0.0.1:1"), "m"), Workspace = "w" };
        var options = new RunnerOptions { Holder = Tasks.Me, NodeName = "host-a", Placement = Placement.Node, Program = RunnerProgram.Agent, WorkspaceRoot = "/work", StateDirectory = "/state" };
        return LoopStage.RequestOf(options, record, 1, elapsed);
    }
}
