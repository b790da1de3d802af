using Foreman.AgentLoop.Loop;
using Foreman.AgentLoop.Model;

namespace Foreman.AgentLoop.Tests.Loop;

public sealed class CallsInTextTests
{
    [Theory]
    [InlineData("<tool_call>\n{\"name\": \"grep\", \"arguments\": {\"pattern\": \"x\"}}\n</tool_call>", "")]
    [InlineData("I will look.\n<tool_call>{\"name\":\"grep\",\"arguments\":{\"pattern\": \"x\"}}</tool_call>", "I will look.")]
    [InlineData("Look:\n```json\n{\"name\": \"grep\", \"arguments\": {\"pattern\": \"x\"}}\n```\n", "Look:")]
    [InlineData("```tool_code\n{\"name\": \"grep\", \"parameters\": {\"pattern\": \"x\"}}\n```", "")]
    public void A_call_that_the_server_left_in_the_text_is_lifted_out(string text, string content)
    {
        var answer = CallsInText.Lift(new ChatAnswer { Content = text });

        Assert.Equal([new RawToolCall("grep", """{"pattern": "x"}""")], answer.Calls);
        Assert.Equal(content, answer.Content);
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("<tool_call>{\"name\":\"write_file\",\"arguments\":{\"path\":\"a\",\"content\":\"half")]
    [InlineData("<tool_call>{\"name\":\"grep\"}</tool_call>")]
    [InlineData("```json\n{\"name\": \"grep\", \"arguments\": {}}\n```\nThat is how a call looks.")]
    [InlineData("```")]
    [InlineData("``````")]
    [InlineData("```json\n[1]\n```")]
    public void Text_that_is_no_whole_call_stays_text(string text)
    {
        var answer = CallsInText.Lift(new ChatAnswer { Content = text });

        Assert.Empty(answer.Calls);
        Assert.Equal(text, answer.Content);
    }
}
