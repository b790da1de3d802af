using Foreman.Api;
using Foreman.Operator.Dispatch;
using Spectre.Console;

namespace Foreman.Operator.Tests.Dispatch;

public class DispatchTableTests
{
    [Fact]
    public void The_table_shows_the_task_its_progress_and_its_last_turns()
    {
        var task = DispatchLinesTests.Task(TaskPhase.Running, new TaskProgress { Turn = 12, PromptTokens = 9000, CompletionTokens = 10, Tool = "grep" }) with
        {
            Turns = [.. Enumerable.Range(1, 12).Select(i => new Operator.Try.TryTurn(i, $"grep [{i}]"))],
        };

        var text = Rendered(DispatchLinesTests.State(task) with { Trouble = "can't be reached" });

        foreach (var shown in new[] { "Running on box, model qwen", "turn 12, 9,000 tokens read, 10 written, last tool grep", "grep [12]", "grep [5]", "can't be reached" })
        {
            Assert.Contains(shown, text, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("grep [4]", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_task_that_is_gone_and_one_that_nobody_looks_at_say_so()
    {
        var text = Rendered(DispatchLinesTests.State(
            DispatchLinesTests.Task(TaskPhase.Pending) with { IsUnseen = true }, DispatchLinesTests.Task(TaskPhase.Pending, name: "u") with { IsGone = true }));

        Assert.Contains("no operator has looked at it yet", text, StringComparison.Ordinal);
        Assert.Contains("deleted", text, StringComparison.Ordinal);
    }

    private static string Rendered(DispatchState state)
    {
        using var writer = new StringWriter();
        var console = AnsiConsole.Create(new() { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(writer) });
        console.Profile.Width = 200;
        console.Write(DispatchTable.Render(state));
        return writer.ToString();
    }
}
