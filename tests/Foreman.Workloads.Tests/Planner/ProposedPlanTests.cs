using System.Globalization;
using System.Text.Json.Nodes;
using Foreman.Api;

namespace Foreman.Workloads.Tests.Planner;

public sealed class ProposedPlanTests
{
    private static readonly Dictionary<string, Agent> Agents = new(StringComparer.Ordinal)
    {
        ["coder"] = Of(AgentRole.Coder),
        ["gate"] = Of(AgentRole.Verifier),
        ["critic"] = Of(AgentRole.Reviewer),
        ["planner"] = Of(AgentRole.Planner),
    };

    private static readonly PlanLimits Limits = new(Agents, ["o/r"], 10);

    [Fact]
    public void A_plan_becomes_steps()
    {
        var (steps, errors) = ProposedPlan.Read(Extra("""
            {"plan":{"steps":[
              {"name":"fix","kind":"issue-fix","agent":"coder","prompt":"Fix it","why":"the goal"},
              {"name":"check","kind":"verify","agent":"gate","prompt":"Run the tests","dependsOn":["fix"]},
              {"name":"again","kind":"freeform","agent":"coder","prompt":"${steps.check.summary}","dependsOn":["check"],"when":["GATE-FAIL"]}]}}
            """), Limits);
        Assert.Empty(errors);
        Assert.Equal(["fix", "check", "again"], steps.Select(s => s.Name));
        Assert.Equal("o/r", steps[0].Payload.Repo);
        Assert.Equal(("${steps.fix.branch}", (string?)null), (steps[1].Payload.Branch, steps[1].Payload.Prompt));
        Assert.Equal([Verdict.GateFail], steps[2].When!);
        Assert.Null(steps[2].Payload.Repo);
    }

    [Theory]
    [InlineData("""{"steps":[{"name":"a","kind":"freeform","agent":"coder","prompt":"x"}]}""")]
    [InlineData("""{"plan":[{"name":"a","kind":"freeform","agent":"coder","prompt":"x"}]}""")]
    [InlineData("""{"plan":"{\"steps\":[{\"name\":\"a\",\"kind\":\"freeform\",\"agent\":\"coder\",\"prompt\":\"x\"}]}"}""")]
    [InlineData("""{"modelExtra":{"plan":{"steps":[{"name":"a","kind":"freeform","agent":"coder","prompt":"x"}]}}}""")]
    public void Small_models_put_plans_in_several_places(string extra) =>
        Assert.Equal("a", Assert.Single(ProposedPlan.Read(Extra(extra), Limits).Steps).Name);

    [Theory]
    [InlineData("o/r", "issue-fix", "coder", "o/r", true)]
    [InlineData("o/r", "freeform", "coder", "o/r", true)]
    [InlineData("o/r", "review", "critic", "o/r", true)]
    [InlineData("o/r", "verify", "gate", "o/r", false)]
    [InlineData("o/r", "freeform", "coder", "", false)]
    [InlineData("file://box/srv/r", "issue-fix", "coder", "file://box/srv/r", false)]
    public void A_pull_request_is_opened_where_there_can_be_one(string named, string kind, string agent, string repo, bool opens)
    {
        var extra = Extra($$"""{"steps":[{"name":"a","kind":"{{kind}}","agent":"{{agent}}","prompt":"x","repo":"{{repo}}","branch":"b","openPullRequest":true}]}""");

        var (steps, errors) = ProposedPlan.Read(extra, Limits with { Repositories = [named] });

        Assert.Empty(errors);
        Assert.Equal(opens ? true : null, Assert.Single(steps).Payload.OpenPullRequest);
    }

    [Theory]
    [InlineData("""{}""", "no list of steps")]
    [InlineData("""{"plan":"[["}""", "no list of steps")]
    [InlineData("""{"plan":{"steps":[]}}""", "has 0 steps")]
    [InlineData("""{"plan":{"steps":[1]}}""", "steps[0] is no object")]
    [InlineData("""{"plan":{"steps":[{"name":"a","kind":"shell","agent":"coder","prompt":"x"}]}}""", "kind \"shell\" is none of")]
    [InlineData("""{"plan":{"steps":[{"name":"a","kind":"integrate","agent":"coder","prompt":"x"}]}}""", "kind \"integrate\" is none of")]
    [InlineData("""{"plan":{"steps":[{"name":"a","kind":"freeform","agent":"root","prompt":"x"}]}}""", "no Agent \"root\"; the Agents are coder, critic, gate, planner")]
    [InlineData("""{"plan":{"steps":[{"name":"a","kind":"review","agent":"coder","branch":"b"}]}}""", "role coder) does no steps of kind review")]
    [InlineData("""{"plan":{"steps":[{"name":"a","kind":"freeform","agent":"planner","prompt":"x"}]}}""", "role planner) does no steps")]
    [InlineData("""{"plan":{"steps":[{"name":"plan-r1","kind":"freeform","agent":"coder","prompt":"x"}]}}""", "the planning's own")]
    [InlineData("""{"plan":{"steps":[{"name":"a-","kind":"freeform","agent":"coder","prompt":"x"}]}}""", "does not end with a dash")]
    [InlineData("""{"plan":{"steps":[{"name":"a\n","kind":"freeform","agent":"coder","prompt":"x"}]}}""", "name is 1 to 40 small letters")]
    [InlineData("""{"plan":"{\"steps\":[{\"name\":\"a\",\"name\":\"b\"}]}"}""", "no sound JSON")]
    [InlineData("""{"plan":{"steps":[{"name":"A b","kind":"freeform","agent":"coder","prompt":"x"}]}}""", "name is 1 to 40 small letters")]
    [InlineData("""{"plan":{"steps":[{"name":"a","kind":"freeform","agent":"coder"}]}}""", "prompt is empty")]
    [InlineData("""{"plan":{"steps":[{"name":"a","kind":"issue-fix","agent":"coder"}]}}""", "needs a prompt, or the number of an issue")]
    [InlineData("""{"plan":{"steps":[{"name":"a","kind":"issue-fix","agent":"coder","prompt":"x","repo":"evil/r"}]}}""", "repo \"evil/r\" is not named by the Workload; it names o/r")]
    [InlineData("""{"plan":{"steps":[{"name":"a","kind":"freeform","agent":"coder","prompt":"x","image":"y"}]}}""", "there is no field \"image\"")]
    [InlineData("""{"plan":{"steps":[{"name":"a","kind":"freeform","agent":"coder","prompt":"x","dependsOn":["b"]}]}}""", "depends on \"b\", which is no step")]
    [InlineData("""{"plan":{"steps":[{"name":"a","kind":"freeform","agent":"coder","prompt":"x","dependsOn":"b"}]}}""", "dependsOn is no list")]
    [InlineData("""{"plan":{"steps":[{"name":"a","kind":"freeform","agent":"coder","prompt":"x","dependsOn":["a"]}]}}""", "in a circle")]
    [InlineData("""{"plan":{"steps":[{"name":"a","kind":"freeform","agent":"coder","prompt":"x","when":["MAYBE"]}]}}""", "when has \"MAYBE\"")]
    [InlineData("""{"plan":{"steps":[{"name":"a","kind":"freeform","agent":"coder","prompt":"${steps.b.branch}"}]}}""", "about a step that this one does not follow")]
    [InlineData("""{"plan":{"steps":[{"name":"a","kind":"review","agent":"critic","branch":"--upload-pack=x"}]}}""", "is no name of a branch")]
    public void What_is_wrong_is_told(string extra, string error)
    {
        var (steps, errors) = ProposedPlan.Read(Extra(extra), Limits);
        Assert.Empty(steps);
        Assert.Contains(errors, e => e.Contains(error, StringComparison.Ordinal));
    }

    [Fact]
    public void A_step_may_have_each_field_of_the_schema_and_must_have_those_that_it_requires()
    {
        var full = Extra("""
            {"name":"a","kind":"issue-fix","agent":"coder","prompt":"x","dependsOn":[],"when":[],"repo":"o/r","issue":3,"branch":"b","openPullRequest":true,"why":"the goal"}
            """);

        Assert.Equal(PlanSchema.StepFields, full.Select(f => f.Key));
        Assert.Empty(Errors(full));
        Assert.All(PlanSchema.StepFields, field =>
        {
            var without = full.DeepClone().AsObject();
            without.Remove(field);
            Assert.Equal(PlanSchema.RequiredFields.Contains(field), Errors(without).Length > 0);

            // Servers that guarantee arguments write null for what is absent.
            without[field] = null;
            Assert.Equal(PlanSchema.RequiredFields.Contains(field), Errors(without).Length > 0);
        });

        static string[] Errors(JsonObject step) => [.. ProposedPlan.Read(new JsonObject { ["steps"] = new JsonArray(step.DeepClone()) }, Limits).Errors];
    }

    [Fact]
    public void A_name_is_as_long_as_the_schema_says_and_no_longer()
    {
        Assert.Empty(Errors(new string('a', PlanSchema.MaxName)));
        Assert.StartsWith("steps[0]: name is 1 to 40 small letters", Assert.Single(Errors(new string('a', PlanSchema.MaxName + 1))), StringComparison.Ordinal);

        static string[] Errors(string name) => [.. ProposedPlan.Read(Extra($$"""{"steps":[{"name":"{{name}}","kind":"freeform","agent":"coder","prompt":"x"}]}"""), Limits).Errors];
    }

    [Fact]
    public void All_that_is_wrong_is_told_at_once()
    {
        var errors = ProposedPlan.Read(Extra("""{"plan":{"steps":[{"name":"a","kind":"x","agent":"y"},{"name":"b","kind":"freeform","agent":"coder"}]}}"""), Limits).Errors;
        Assert.Contains(errors, e => e.StartsWith("step a: kind", StringComparison.Ordinal));
        Assert.Contains(errors, e => e.StartsWith("step a: there is no Agent", StringComparison.Ordinal));
        Assert.Contains(errors, e => e.StartsWith("step b: prompt", StringComparison.Ordinal));
    }

    [Fact]
    public void More_steps_than_allowed_are_refused()
    {
        var steps = new JsonArray([.. Enumerable.Range(0, 10_000).Select(i => (JsonNode)new JsonObject
        {
            ["name"] = string.Create(CultureInfo.InvariantCulture, $"s{i}"), ["kind"] = "freeform", ["agent"] = "coder", ["prompt"] = "x",
        })]);
        var (accepted, errors) = ProposedPlan.Read(new JsonObject { ["plan"] = new JsonObject { ["steps"] = steps } }, Limits);
        Assert.Empty(accepted);
        Assert.Equal("the plan has 10000 steps; make it 1 to 10", Assert.Single(errors));
    }

    [Fact]
    public void Words_of_a_model_reach_nobody_with_control_characters()
    {
        var errors = ProposedPlan.Read(Extra("""{"plan":{"steps":[{"name":"a","kind":"free\u001b[2Jform","agent":"x\ny","prompt":"p"}]}}"""), Limits).Errors;
        Assert.All(errors, e => Assert.DoesNotContain(e, char.IsControl));
    }

    [Fact]
    public void Reasons_are_kept_by_step() => Assert.Equal(
        "since it is first",
        ProposedPlan.Reasons(Extra("""{"plan":{"steps":[{"name":"a","why":"since it is first"},{"name":"a","why":"twice"},{"why":"nameless"}]}}"""))["a"]);

    [Fact]
    public void A_reason_that_is_no_text_costs_only_the_reasons()
    {
        var extra = Extra("""{"plan":"{\"steps\":[{\"name\":\"a\",\"kind\":\"freeform\",\"agent\":\"coder\",\"prompt\":\"x\",\"why\":\"\\ud800\"}]}"}""");
        Assert.Empty(ProposedPlan.Read(extra, Limits).Errors);
        Assert.Empty(ProposedPlan.Reasons(extra));
    }

    [Fact]
    public void Names_of_a_model_forge_no_lines_in_what_it_is_asked_next()
    {
        var errors = ProposedPlan.Read(Extra("""{"plan":{"steps":[{"name":"a","kind":"freeform","agent":"coder","prompt":"x","dependsOn":["x\n\nRules:\u001b[2J"]}]}}"""), Limits).Errors;
        Assert.All(errors, e => Assert.DoesNotContain(e, char.IsControl));
    }

    private static JsonObject Extra(string json) => JsonNode.Parse(json)!.AsObject();

    private static Agent Of(AgentRole role) => new() { Spec = new() { Role = role, SystemPrompt = "x" } };
}
