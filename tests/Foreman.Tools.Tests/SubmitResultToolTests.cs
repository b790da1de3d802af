namespace Foreman.Tools.Tests;

public sealed class SubmitResultToolTests : IDisposable
{
    private readonly ToolHarness _tools = new();

    public void Dispose() => _tools.Dispose();

    [Fact]
    public void A_result_is_taken_with_a_summary_of_at_most_280_bytes()
    {
        var outcome = _tools.Call("submit_result", $$$"""{"verdict":"NO-GO","summary":"{{{new string('ü', 200)}}}","extra":{"a":[1]}}""");

        Assert.Equal(new string('ü', 140), outcome.Submission!.Summary);
        Assert.Equal(("NO-GO", "", """{"a":[1]}"""), (outcome.Submission.Verdict, outcome.Submission.CommitMessage, outcome.Submission.Extra?.GetRawText()));
    }

    [Fact]
    public void Words_of_the_model_cannot_steer_a_terminal()
    {
        var outcome = _tools.Call("submit_result", """{"verdict":"GO","summary":"all\r\ngood \u001b[2J","commit_message":"Title\n\nBody \u0007"}""");

        Assert.Equal(("all good \\u001b[2J", "Title\n\nBody \\u0007"), (outcome.Submission!.Summary, outcome.Submission.CommitMessage));
    }

    [Theory]
    [Trait("Kind", "2")]
    [InlineData(31, false)]
    [InlineData(32, true)]
    [InlineData(61, true)]
    [InlineData(200, true)]
    public void Extra_is_nested_at_most_32_levels(int arrays, bool refused)
    {
        var outcome = _tools.Call("submit_result", $$$"""{"verdict":"GO","summary":"s","commit_message":"","extra":{"a":{{{new string('[', arrays)}}}{{{new string(']', arrays)}}}}}""");

        Assert.Equal((refused, refused), (outcome.IsError, outcome.Submission is null));
        Assert.Empty(_tools.Logged.Entries);
    }

    [Fact]
    [Trait("Kind", "2")]
    public void Extra_is_measured_in_bytes()
    {
        var outcome = _tools.Call("submit_result", $$$"""{"verdict":"GO","summary":"s","commit_message":"","extra":{"a":"{{{new string('€', 6000)}}}"}}""");

        Assert.Contains("larger than 16384 bytes", outcome.Text, StringComparison.Ordinal);
    }
}
