using Foreman.Operator.DemoModel;

namespace Foreman.Operator.Tests.DemoModel;

public sealed class DemoAnswerTests
{
    private const string Prompt = "Write a file named a with the text: x\nRun the command: make test\nRun the command: make";

    private static readonly HashSet<string> All = ["write_file", "bash", "submit_result"];

    [Theory]
    [InlineData(0, null, "write_file", "x")]
    [InlineData(1, "wrote a (1 bytes)", "bash", "make test")]
    [InlineData(2, "FAILED\nexit code: 2", "bash", "\"make\"")]
    [InlineData(3, "exit code: 0", "submit_result", "\"GO\"")]
    [InlineData(3, "no rule\nexit code: 2", "submit_result", "NO-GO")]
    [InlineData(3, "exit code: none", "submit_result", "NO-GO")]
    [InlineData(2, "error: the command could not be run", "submit_result", "ERROR")]
    public void It_takes_one_step_after_the_other_and_the_last_one_decides(int results, string? last, string tool, string said)
    {
        var answer = DemoAnswer.For(Chat(results, last, All));

        Assert.Equal(tool, answer.Tool);
        Assert.Contains(said, answer.Arguments!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_step_whose_tool_is_not_offered_is_refused()
    {
        var answer = DemoAnswer.For(Chat(1, "wrote a", new HashSet<string> { "write_file", "submit_result" }));

        Assert.Equal(("submit_result", "the tool bash is not offered"), (answer.Tool, (string?)answer.Arguments!["summary"]));
    }

    [Theory]
    [InlineData("Write a file named a with the text: x\nGive the output size: 3", """{"outputs":{"size":"3"}}""")]
    [InlineData("Write a file named a with the text: x", null)]
    public void A_result_gives_what_the_prompt_says(string prompt, string? extra)
    {
        var answer = DemoAnswer.For(Chat(1, "wrote a (1 bytes)", All) with { Prompt = prompt });

        Assert.Equal(("GO", extra), ((string?)answer.Arguments!["verdict"], answer.Arguments["extra"]?.ToJsonString()));
    }

    private static DemoChat Chat(int results, string? last, IReadOnlySet<string> tools) => new(Prompt, results, last, tools, Stream: false, IncludeUsage: false, Size: 0);
}
