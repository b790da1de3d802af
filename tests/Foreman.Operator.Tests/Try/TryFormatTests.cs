using Foreman.Api;
using Foreman.Operator.Try;

namespace Foreman.Operator.Tests.Try;

public class TryFormatTests
{
    [Theory]
    [Trait("Kind", "15")]
    [InlineData("two\r\nlines\tand more ", "two  lines and more")]
    [InlineData("red\u001b[31m", "red\\u001b[31m")]
    [InlineData("abc\u202egpj.exe", "abc\\u202egpj.exe")]
    public void What_could_steer_a_terminal_is_shown_and_not_sent(string text, string shown) => Assert.Equal(shown, TryFormat.OneLine(text, 100));

    [Fact]
    [Trait("Kind", "15")]
    public void A_long_text_is_cut_between_characters()
    {
        var shown = TryFormat.OneLine(string.Concat(Enumerable.Repeat("\U0001F600", 50)), 9);

        Assert.Equal("half \ufffd of a pair", TryFormat.OneLine("half \ud83d of a pair", 100));
        Assert.EndsWith("\U0001F600…", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("\ufffd", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_waits_for_its_model_server_says_so()
    {
        var wait = new TaskWait { Reason = Reasons.ModelLoading, Message = "503: Loading model", Since = new DateTimeOffset(2031, 1, 1, 12, 0, 5, TimeSpan.Zero) };
        var task = new AgenticTask { Status = new AgenticTaskStatus { Phase = TaskPhase.Running, AssignedNode = "a", Progress = new TaskProgress { Waiting = wait } } };

        Assert.Equal("Running on a, waits for its model server since 12:00:05Z (ModelLoading): 503: Loading model", TryFormat.Task(task));
        Assert.Equal("Running on a", TryFormat.Task(task with { Status = task.Status with { Progress = new TaskProgress() } }));
    }
}
