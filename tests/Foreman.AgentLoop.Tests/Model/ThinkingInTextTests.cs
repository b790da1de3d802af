using Foreman.AgentLoop.Model;

namespace Foreman.AgentLoop.Tests.Model;

[Trait("Kind", "6")]
public sealed class ThinkingInTextTests
{
    [Theory]
    [InlineData("hello", "hello", "")]
    [InlineData("  hello ", "  hello ", "")]
    [InlineData("<think>hm</think>\n\nhello", "hello", "hm")]
    [InlineData("\n<think>\nhm\n</think>hello", "hello", "\nhm\n")]
    [InlineData("<think>never closed <tool_call>", "", "never closed <tool_call>")]
    [InlineData("hm\n</think>\n\nhello", "hello", "hm\n")]
    [InlineData("</think>hello", "hello", "")]
    [InlineData("a</think>b</think>c", "c", "ab")]
    [InlineData("<think>a</think><think>b</think>c", "c", "ab")]
    [InlineData("<think>a</think>b</think>c", "c", "ab")]
    [InlineData("First <think>hm</think>then", "First then", "hm")]
    [InlineData("the tag <think> is not closed", "the tag <think> is not closed", "")]
    [InlineData("I could <tool_call>{\"name\":\"x\"}</tool_call> but no\n</think>\n<tool_call>{}</tool_call>", "<tool_call>{}</tool_call>", "I could <tool_call>{\"name\":\"x\"}</tool_call> but no\n")]
    public void What_was_thought_is_no_content(string text, string content, string thought) =>
        Assert.Equal((content, thought), ThinkingInText.Split(text));

    [Theory]
    [InlineData("""{"name":"write_file","arguments":{"content":"a </think> b"}}""")]
    [InlineData("""<tool_call>{"name":"write_file","arguments":{"content":"a </think> b"}}</tool_call>""")]
    [InlineData("<function=write_file><parameter=content><think>a</think></parameter></function>")]
    public void A_mark_in_the_arguments_of_a_call_is_content(string text)
    {
        Assert.Equal((text, ""), ThinkingInText.Split(text));
        Assert.Equal((text, "hm"), ThinkingInText.Split("<think>hm</think>\n" + text));
    }

    [Fact]
    public void Very_many_marks_are_split_in_one_go()
    {
        var marks = string.Concat(Enumerable.Repeat("{</think>", 200_000));

        Assert.Equal("c", ThinkingInText.Split(marks + "c").Content);
        Assert.Equal("c", ThinkingInText.Split(string.Concat(Enumerable.Repeat("<think></think>", 100_000)) + "c").Content);
    }
}
