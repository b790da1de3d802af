using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.AgentLoop.Settings;
using Foreman.Api;

namespace Foreman.AgentLoop.Tests.Settings;

public sealed class EffectiveSettingsTests
{
    private static readonly AgentSpec Agent = new() { Role = AgentRole.Coder, Tools = ["read_file"] };

    [Fact]
    public void A_task_without_an_agent_gets_all_file_tools_and_the_window_that_the_server_gives()
    {
        var settings = Resolve(null, served: 65536);

        Assert.Equal((65536, 8192, 50), (settings.ContextTokens, settings.MaxOutputTokens, settings.MaxTurns));
        Assert.Equal(["read_file", "write_file", "str_replace", "grep", "list_files", "submit_result"], settings.Tools);
    }

    [Theory]
    [InlineData(null, null, 32768)]
    [InlineData(0, null, 32768)]
    [InlineData(0, 65536, 32768)]
    [InlineData(16384, 65536, 16384)]
    [InlineData(65536, 4096, 4096)]
    [InlineData(65536, null, 65536)]
    public void The_window_is_the_smaller_of_what_is_asked_and_what_is_given(int? asked, int? served, int expected) =>
        Assert.Equal(expected, Resolve(Agent with { ContextWindowTokens = asked }, served).ContextTokens);

    [Theory]
    [InlineData(null, null, 3600)]
    [InlineData(60, null, 60)]
    [InlineData(0, 100, 100)]
    [InlineData(9000, null, 3600)]
    public void The_run_gets_the_shorter_of_the_tasks_and_the_agents_time(int? task, int? agent, int expected) =>
        Assert.Equal(TimeSpan.FromSeconds(expected), Resolve(Agent with { RequestTimeoutSeconds = agent }, null, task).Timeout);

    [Fact]
    public void Without_a_word_on_stuck_loops_the_defaults_hold_and_an_empty_one_turns_them_off()
    {
        var absent = Resolve(Agent with { ContextWindowTokens = 200000 });
        var empty = Resolve(Agent with { ContextWindowTokens = 200000, StuckLoopDetection = new() });

        Assert.Equal((5, 15, 90000, 140000), (absent.RepeatedToolThreshold, absent.EditFreeTurnsLimit, absent.ContextSoftCap, absent.ContextHardCap));
        Assert.Equal((0, 0, 160000, 0), (empty.RepeatedToolThreshold, empty.EditFreeTurnsLimit, empty.ContextSoftCap, empty.ContextHardCap));
    }

    [Fact]
    public void Old_results_are_masked_at_80_percent_of_a_small_window() => Assert.Equal(1638, Resolve(Agent, 2048).ContextSoftCap);

    [Theory]
    [InlineData("0.7", 0.7)]
    [InlineData("0", 0.0)]
    [InlineData(null, null)]
    public void The_temperature_is_the_agents_or_the_servers(string? text, double? expected) =>
        Assert.Equal(expected, Resolve(Agent with { Temperature = text }).Temperature);

    [Fact]
    public void The_transcript_keeps_the_agent_with_its_defaults()
    {
        var kept = Resolve(Agent).Agent;

        Assert.Equal((50, 3, 8192, 3), (kept.MaxTurns, kept.MaxRetries, kept.MaxOutputTokens, kept.ObservationWindowTurns));
    }

    [Theory]
    [Trait("Kind", "3")]
    [InlineData(null, 30)]
    [InlineData(0, 30)]
    [InlineData(1, 1)]
    [InlineData(600, 600)]
    [InlineData(100000, 600)]
    public void A_tool_call_gets_30_seconds_or_what_the_agent_says_up_to_ten_minutes(int? asked, int expected)
    {
        var settings = Resolve(Agent with { ToolTimeoutSeconds = asked });

        Assert.Equal(TimeSpan.FromSeconds(expected), settings.ToolTimeout);
        Assert.Equal(expected, settings.Agent.ToolTimeoutSeconds);
    }

    [Theory]
    [Trait("Kind", "4")]
    [InlineData(1, false)]
    [InlineData(32, false)]
    [InlineData(33, true)]
    [InlineData(500, true)]
    public void Template_arguments_are_nested_at_most_32_deep(int levels, bool isFault)
    {
        foreach (var (open, close) in new[] { ("{\"a\":", "}"), ("[", "]") })
        {
            var json = "{\"a\":" + string.Concat(Enumerable.Repeat(open, levels - 1)) + "1" + string.Concat(Enumerable.Repeat(close, levels - 1)) + "}";
            var given = JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { MaxDepth = 1000 })!.AsObject();

            var settings = Resolve(Agent with { ChatTemplateKwargs = given });

            Assert.Equal(isFault, settings.AgentFault?.Contains("spec.chatTemplateKwargs", StringComparison.Ordinal) ?? false);
            Assert.Equal(isFault ? null : given, settings.ChatTemplateKwargs);
            Assert.Same(settings.ChatTemplateKwargs, settings.Agent.ChatTemplateKwargs);
        }
    }

    [Theory]
    [InlineData(null, 30)]
    [InlineData(0, 30)]
    [InlineData(1, 1)]
    [InlineData(600, 600)]
    [InlineData(9000, 600)]
    public void Commands_get_the_Agents_seconds_within_ten_minutes(int? asked, int expected) =>
        Assert.Equal(TimeSpan.FromSeconds(expected), Resolve(Agent with { BashTimeoutSeconds = asked }).CommandTimeout);

    [Theory]
    [InlineData(null, null, null, null, 3600)]
    [InlineData(1000, null, 650L, null, 3600)]
    [InlineData(300, 60, -50L, 60, 20)]
    [InlineData(null, 30, null, 30, 0)]
    [InlineData(null, 9000, null, null, 3600)]
    public void A_budget_leaves_an_attempt_what_the_ones_before_have_not_used(int? tokens, int? seconds, long? leftTokens, int? budgetSeconds, int timeout)
    {
        var budget = tokens is null && seconds is null ? null : new TaskBudget { Tokens = tokens, Seconds = seconds };

        var settings = Resolve(null, timeout: 3600).Within(budget, new Usage { PromptTokens = 300, CompletionTokens = 50, CachedTokens = 200, Seconds = 40 });

        Assert.Equal((leftTokens, budgetSeconds, TimeSpan.FromSeconds(timeout)), (settings.MaxTotalTokens, settings.BudgetSeconds, settings.Timeout));
    }

    [Fact]
    public void A_run_that_judges_a_change_gets_what_only_reads_and_what_runs_in_the_sandbox()
    {
        var settings = Resolve(Agent with { Tools = ["read_file", "write_file", "str_replace", "bash", "fetch_issue", "of_another_release", "submit_result"] });

        var review = settings.ForReview();

        Assert.Equal(["read_file", "bash", "fetch_issue", "of_another_release", "submit_result"], review.Tools);
        Assert.Equal((true, 0, 0), (review.IsReview, review.EditFreeTurnsLimit, review.Agent.StuckLoopDetection!.EditFreeTurnsLimit));
        Assert.Equal((false, settings.RepeatedToolThreshold), (settings.IsReview, review.RepeatedToolThreshold));
    }

    [Fact]
    public void A_run_that_plans_keeps_its_tools()
    {
        var settings = Resolve(Agent with { Tools = ["read_file", "write_file", "submit_result"] });

        var plan = settings.ForPlan();

        Assert.Equal((true, false, false), (plan.IsPlan, plan.IsReview, settings.IsPlan));
        Assert.Equal(settings.Tools, plan.Tools);
    }

    private static EffectiveSettings Resolve(AgentSpec? agent, int? served = null, int? timeout = null) =>
        EffectiveSettings.Resolve(agent, new AgenticTaskSpec { Kind = TaskKind.Freeform, TimeoutSeconds = timeout }, served);
}
