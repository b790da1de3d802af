using System.Text.Json;
using Foreman.Api;

namespace Foreman.Tools.Tests;

public sealed class SubmitReviewToolTests
{
    private static readonly SubmitReviewTool Tool = SubmitReviewTool.Instance;

    [Fact]
    public void Findings_are_asked_for_in_the_schema_and_nothing_is_to_be_committed()
    {
        var schema = JsonElement.Parse(Tool.Definition.Parameters);

        Assert.Equal(KnownTools.SubmitResult, Tool.Definition.Name);
        Assert.Equal("""["verdict","summary"]""", schema.GetProperty("required").GetRawText());
        var finding = schema.GetProperty("properties").GetProperty("extra").GetProperty("properties").GetProperty("findings").GetProperty("items");
        Assert.Equal("""["blocker","major","minor"]""", finding.GetProperty("properties").GetProperty("severity").GetProperty("enum").GetRawText());
        Assert.Equal("""["severity","message"]""", finding.GetProperty("required").GetRawText());
    }

    [Theory]
    [InlineData("""{"verdict":"NO-GO","summary":"s","extra":{"findings":[{"message":"m"}]}}""", """{"findings":[{"message":"m"}]}""")]
    [InlineData("""{"verdict":"NO-GO","summary":"s","findings":[{"message":"m"}],"reviewOutcome":"REJECT"}""", """{"reviewOutcome":"REJECT","findings":[{"message":"m"}]}""")]
    [InlineData("""{"verdict":"GO","summary":"s","extra":{"findings":[1],"note":2},"findings":[3],"issueAsk":"q"}""", """{"findings":[1],"note":2,"issueAsk":"q"}""")]
    [InlineData("""{"verdict":"GO","summary":"s","extra":[{"message":"m"}]}""", """{"findings":[{"message":"m"}]}""")]
    [InlineData("""{"verdict":"GO","summary":"s","extra":"all is well"}""", """{"note":"all is well"}""")]
    [InlineData("""{"verdict":"GO","summary":"s","extra":null,"findings":null,"commit_message":"not mine"}""", null)]
    public async Task What_a_model_puts_beside_extra_belongs_into_it(string arguments, string? extra)
    {
        var outcome = await RunAsync(arguments);

        Assert.Equal((extra, ""), (outcome.Submission!.Extra?.GetRawText(), outcome.Submission.CommitMessage));
    }

    [Theory]
    [InlineData("""{"verdict":"MAYBE","summary":"s"}""", "`MAYBE` is not one of GO, NO-GO, ERROR")]
    [InlineData("""{"verdict":"GO"}""", "needs the argument `summary`")]
    [InlineData("""{"verdict":"GO","summary":"s","other":1}""", "has no argument `other`")]
    public async Task What_is_no_result_is_told(string arguments, string said) =>
        Assert.Contains(said, (await Assert.ThrowsAsync<ToolArgumentException>(() => RunAsync(arguments))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Findings_are_bounded_in_bytes_and_depth()
    {
        var deep = new string('[', 40) + new string(']', 40);

        Assert.Contains("larger than", (await Assert.ThrowsAsync<ToolArgumentException>(() => RunAsync($$"""{"verdict":"GO","summary":"s","findings":"{{new string('x', 20000)}}"}"""))).Message, StringComparison.Ordinal);
        Assert.Contains("nested deeper", (await Assert.ThrowsAsync<ToolArgumentException>(() => RunAsync($$"""{"verdict":"GO","summary":"s","findings":{{deep}}}"""))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_review_ends_with_it_and_no_other_run_does()
    {
        Assert.Contains("findings", ToolCatalog.Of([KnownTools.Grep], [], Tool).Definitions[^1].Parameters, StringComparison.Ordinal);
        Assert.DoesNotContain("findings", ToolCatalog.Of([KnownTools.Grep]).Definitions[^1].Parameters, StringComparison.Ordinal);
        Assert.Equal([KnownTools.Grep, KnownTools.SubmitResult], ToolCatalog.Of([KnownTools.Grep], [], Tool).Definitions.Select(d => d.Name));
    }

    private static async Task<ToolOutcome> RunAsync(string arguments) => await Tool.RunAsync(JsonElement.Parse(arguments), null!, null!);
}
