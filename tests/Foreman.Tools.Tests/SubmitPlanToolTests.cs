using System.Text.Json;
using Foreman.Api;
using Foreman.Tools.Schemas;

namespace Foreman.Tools.Tests;

public sealed class SubmitPlanToolTests
{
    private const string Plan = """{"steps":[{"name":"fix","kind":"issue-fix","agent":"coder","prompt":"Fix it","dependsOn":[],"why":"the goal"}]}""";

    private static readonly SubmitPlanTool Tool = SubmitPlanTool.Instance;

    [Fact]
    public void The_plan_has_the_schema_by_which_it_is_checked()
    {
        var schema = JsonElement.Parse(Tool.Definition.Parameters);

        Assert.Equal((KnownTools.SubmitResult, """["verdict","summary"]"""), (Tool.Definition.Name, schema.GetProperty("required").GetRawText()));
        var extra = schema.GetProperty("properties").GetProperty("extra");
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(PlanSchema.Extra), extra));
        var step = extra.GetProperty("properties").GetProperty("plan").GetProperty("properties").GetProperty("steps").GetProperty("items");
        Assert.Equal(PlanSchema.StepFields, step.GetProperty("properties").EnumerateObject().Select(p => p.Name));
        Assert.Equal("""["freeform","issue-fix","verify","review"]""", step.GetProperty("properties").GetProperty("kind").GetProperty("enum").GetRawText());
    }

    [Theory]
    [InlineData($$$"""{"verdict":"GO","summary":"s","extra":{"plan":{{{Plan}}}}}""", null)]
    [InlineData("""{"verdict":"NO-GO","summary":"s","extra":{}}""", null)]
    [InlineData("""{"verdict":"NO-GO","summary":"s"}""", null)]
    [InlineData("""{"verdict":"GO","summary":"s","extra":{"plan":{}}}""", "`extra.plan.steps` is missing")]
    [InlineData("""{"verdict":"GO","summary":"s","extra":{"plan":{"steps":[{"name":"a","kind":"shell","agent":"b"}]}}}""", "`extra.plan.steps[0].kind` is \"shell\", expected one of")]
    [InlineData("""{"verdict":"GO","summary":"s","extra":{"plan":{"steps":[{"name":"a","kind":"verify"}]}}}""", "`extra.plan.steps[0].agent` is missing")]
    [InlineData("""{"verdict":"GO","summary":"s","extra":{"plan":{"steps":[{"name":"a","kind":"verify","agent":"b","image":"x"}]}}}""", "`extra.plan.steps[0].image` does not exist")]
    [InlineData("""{"verdict":"GO","summary":"s","extra":{"plan":{"steps":[{"name":"a","kind":"verify","agent":"b","when":["MAYBE"]}]}}}""", "`extra.plan.steps[0].when[0]` is \"MAYBE\"")]
    public void The_schema_takes_plans_and_nothing_else(string arguments, string? mistake)
    {
        var mistakes = SchemaCheck.Mistakes(JsonElement.Parse(Tool.Definition.Parameters), JsonElement.Parse(arguments));

        Assert.Equal(mistake is null ? 0 : 1, mistakes.Count);
        Assert.All(mistakes, m => Assert.Contains(mistake!, m, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData($$$"""{"verdict":"GO","summary":"s","extra":{"plan":{{{Plan}}}}}""", $$"""{"plan":{{Plan}}}""")]
    [InlineData($$"""{"verdict":"GO","summary":"s","plan":{{Plan}},"commit_message":"not mine"}""", $$"""{"plan":{{Plan}}}""")]
    [InlineData("""{"verdict":"GO","summary":"s","steps":[{"name":"a"}]}""", """{"steps":[{"name":"a"}]}""")]
    [InlineData("""{"verdict":"GO","summary":"s","extra":[{"name":"a"}]}""", """{"plan":[{"name":"a"}]}""")]
    [InlineData("""{"verdict":"NO-GO","summary":"s"}""", null)]
    public async Task What_a_model_puts_beside_extra_belongs_into_it(string arguments, string? extra)
    {
        var outcome = await RunAsync(arguments);

        Assert.Equal((extra, ""), (outcome.Submission!.Extra?.GetRawText(), outcome.Submission.CommitMessage));
    }

    [Fact]
    public async Task What_is_no_result_is_told() => Assert.Contains(
        "has no argument `agents`",
        (await Assert.ThrowsAsync<ToolArgumentException>(() => RunAsync("""{"verdict":"GO","summary":"s","agents":[]}"""))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Arguments_get_the_types_of_the_plan()
    {
        var read = ArgumentReader.Read(
            Tool.Definition,
            """{"verdict":"GO","summary":"s","extra":"{\"plan\":{\"steps\":[{\"name\":\"a\",\"kind\":\"verify\",\"agent\":\"b\",\"dependsOn\":\"[\\\"c\\\"]\",\"issue\":\"7\",\"when\":null}]}}"}""");

        Assert.Equal("""{"verdict":"GO","summary":"s","extra":{"plan":{"steps":[{"name":"a","kind":"verify","agent":"b","dependsOn":["c"],"issue":7}]}}}""", read.Json);
    }

    private static async Task<ToolOutcome> RunAsync(string arguments) => await Tool.RunAsync(JsonElement.Parse(arguments), null!, null!);
}
