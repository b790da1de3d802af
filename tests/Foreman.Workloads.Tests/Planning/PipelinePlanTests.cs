using Foreman.Api;

namespace Foreman.Workloads.Tests.Planning;

public sealed class PipelinePlanTests
{
    [Fact]
    public void A_step_is_taken_over_with_all_that_it_says()
    {
        var step = Assert.Single(Plan(Given.Step("a") with
        {
            TimeoutSeconds = 60,
            Priority = 3,
            RetryPolicy = new() { Limit = 2 },
            Payload = new() { Prompt = "Do it.", Issue = 12 },
        }));

        Assert.Equal(("a", TaskKind.Freeform, "writer", 60, 3, 12), (step.Name, step.Kind, step.Agent, step.TimeoutSeconds ?? 0, step.Priority ?? 0, step.Issue ?? 0));
        Assert.Equal(2, step.RetryPolicy!.Limit);
        Assert.Null(step.When);
        Assert.Equal("Do it.", step.Payload.Prompt);
    }

    [Theory]
    [InlineData("", "reader", "reader")]
    [InlineData("writer", "reader", "writer")]
    public void The_Agent_that_the_payload_names_does_a_step_that_names_no_other(string reference, string payload, string expected)
    {
        var step = Assert.Single(Plan(Given.Step("a") with { AgentRef = new() { Name = reference }, Payload = new() { Prompt = "Do it.", Agent = payload } }));

        Assert.Equal((expected, payload), (step.Agent, step.Payload.Agent));
    }

    [Fact]
    public void Steps_may_be_named_by_their_tasks_and_twice()
    {
        var steps = Plan(Given.Step("a"), Given.Step("b", "w-a", "a"));

        Assert.Equal(["a"], steps[1].DependsOn);
    }

    [Fact]
    public void Files_of_another_step_are_asked_of_its_task()
    {
        var steps = Plan(
            Given.Step("a"),
            Given.Step("b", "a") with
            {
                Payload = new()
                {
                    Inputs =
                    [
                        new() { Path = "one", FromTask = new() { Name = "a", Path = "out" } },
                        new() { Path = "two", FromTask = new() { Name = "elsewhere", Path = "out" } },
                        new() { Path = "three", Url = "https://example.org/x" },
                    ],
                },
            });

        Assert.Equal(["w-a", "elsewhere", null], steps[1].Payload.Inputs!.Select(i => i.FromTask?.Name));
    }

    [Fact]
    public void A_circle_is_named_along_its_way()
    {
        var message = Refused(Given.Step("a", "c"), Given.Step("b", "a"), Given.Step("c", "b"));

        Assert.Equal("spec.pipeline: dependsOn goes in a circle (a → c → b → a): none of these steps can be first.", message);
    }

    [Fact]
    public void A_step_that_follows_itself_is_a_circle() =>
        Assert.Contains("(a → a)", Refused(Given.Step("a", "a")), StringComparison.Ordinal);

    [Fact]
    public void A_circle_behind_steps_without_one_is_found() =>
        Assert.Contains("(c → d → c)", Refused(Given.Step("a"), Given.Step("b", "a", "c"), Given.Step("c", "d"), Given.Step("d", "c")), StringComparison.Ordinal);

    [Fact]
    public void Unknown_names_are_told_with_those_that_there_are() => Assert.Equal(
        "spec.pipeline: step \"b\" depends on \"x\", which is no step; the steps are a, b. step \"b\" depends on \"y\", which is no step; the steps are a, b.",
        Refused(Given.Step("a"), Given.Step("b", "x", "y")));

    [Fact]
    public void Two_steps_of_one_name_are_refused() =>
        Assert.Contains("two steps are called \"a\"", Refused(Given.Step("a"), Given.Step("a")), StringComparison.Ordinal);

    [Fact]
    public void A_step_without_an_Agent_or_with_a_name_too_long_is_refused()
    {
        var message = Refused(Given.Step("a") with { AgentRef = new() }, Given.Step(new string('b', 64)));

        Assert.Contains("step \"a\" names no Agent", message, StringComparison.Ordinal);
        Assert.Contains("has 64 characters; use 1 to 63", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_condition_about_no_step_is_refused() =>
        Assert.Contains("step \"a\" has when and depends on no step", Refused(Given.Step("a") with { When = [Verdict.NoGo] }), StringComparison.Ordinal);

    [Theory]
    [InlineData("b")]
    [InlineData("c")]
    [InlineData("nobody")]
    [InlineData("7")]
    [InlineData("1")]
    public void A_reference_that_goes_along_no_dependency_is_refused(string source)
    {
        var message = Refused(Given.Step("a"), Given.Step("b", "a").Asking($"Take ${{steps.{source}.summary}}."), Given.Step("c", "b"));

        Assert.Equal($"spec.pipeline: step \"b\", payload.prompt: ${{steps.{source}.summary}} is about a step that this one does not follow; add it to dependsOn.", message);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("b")]
    [InlineData("0")]
    [InlineData("1")]
    public void A_reference_goes_along_dependencies_of_dependencies_by_name_or_number(string source) =>
        Assert.Equal(3, Plan(Given.Step("a"), Given.Step("b", "a"), Given.Step("c", "b").Asking($"Take ${{steps.{source}.summary}}.")).Length);

    [Fact]
    public void A_number_becomes_the_name_that_it_means_and_all_else_stays()
    {
        var steps = Plan(Given.Step("a"), Given.Step("b", "a").Asking("${steps.0.summary} of ${steps.a.branch}, and $${steps.0.summary}"));

        Assert.Equal("${steps.a.summary} of ${steps.a.branch}, and $${steps.0.summary}", steps[1].Payload.Prompt);
    }

    [Theory]
    [InlineData("${steps.a.outputs.x}")]
    [InlineData("${steps.a}")]
    [InlineData("${steps.a.output}")]
    [InlineData("${steps.a.summary")]
    [InlineData("${steps..summary}")]
    public void What_is_no_reference_is_refused(string text)
    {
        var message = Refused(Given.Step("a"), Given.Step("b", "a").Asking(text));

        Assert.Contains("step \"b\", payload.prompt: ", message, StringComparison.Ordinal);
        Assert.Contains("write $${steps. for the text itself", message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_escaped_reference_is_text() => Assert.Single(Plan(Given.Step("a").Asking("Write $${steps.x.y} as it is.")));

    [Fact]
    public void A_thousand_steps_are_taken_and_one_more_is_not()
    {
        PipelineStep[] chain = [.. Enumerable.Range(0, 1001).Select(i => Given.Step($"s{i}", i == 0 ? [] : [$"s{i - 1}"]))];

        Assert.Equal(1000, Plan(chain[..1000]).Length);
        Assert.Equal("spec.pipeline: it has 1001 steps, and 1000 is the most; make several Workloads of it.", Refused(chain));
    }

    [Fact]
    public void Of_many_faults_the_first_ten_are_told()
    {
        var message = Refused([.. Enumerable.Range(0, 12).Select(i => Given.Step($"s{i}", "nobody"))]);

        Assert.EndsWith("There is more.", message, StringComparison.Ordinal);
        Assert.Contains("\"s9\"", message, StringComparison.Ordinal);
        Assert.DoesNotContain("step \"s10\"", message, StringComparison.Ordinal);
    }

    private static System.Collections.Immutable.ImmutableArray<Step> Plan(params PipelineStep[] steps)
    {
        var (planned, fault) = PipelinePlan.Of(Given.Workload("w", Given.Pipeline(steps)));
        Assert.Null(fault);
        return planned;
    }

    private static string Refused(params PipelineStep[] steps)
    {
        var (planned, fault) = PipelinePlan.Of(Given.Workload("w", Given.Pipeline(steps)));
        Assert.Empty(planned);
        Assert.Equal((Reasons.InvalidPlan, true), (fault!.Reason, fault.IsFinal));
        return fault.Message;
    }
}
