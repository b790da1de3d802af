using Foreman.AgentLoop.Loop.TextCalls;
using Foreman.AgentLoop.Model;

namespace Foreman.AgentLoop.Tests.Loop.TextCalls;

public sealed class PythonCallsTests
{
    [Theory]
    [InlineData("[grep(pattern=\"x\")]", """{"pattern":"x"}""")]
    [InlineData("I will look.\n\n[grep(pattern='x', path='src')]", """{"pattern":"x","path":"src"}""")]
    [InlineData("<|tool_call_start|>[grep(pattern=\"x\")]<|tool_call_end|>", """{"pattern":"x"}""")]
    [InlineData("Look:\n```tool_code\ngrep(pattern=\"x\")\n```", """{"pattern":"x"}""")]
    [InlineData("```tool_code\n[grep(pattern=\"x\")]\n```\n", """{"pattern":"x"}""")]
    [InlineData("[grep(pattern=\"a\\\"b\\n\", limit=3, deep=True, none=None, part=-1.5)]", """{"pattern":"a\"b\n","limit":3,"deep":true,"none":null,"part":-1.5}""")]
    [InlineData("[grep(pattern=\"\"\"a\n\"b\"\n\"\"\")]", """{"pattern":"a\n\"b\"\n"}""")]
    [InlineData("[grep(list=[1, 'a', [2]], map={'k': {'n': False}})]", """{"list":[1,"a",[2]],"map":{"k":{"n":false}}}""")]
    [InlineData("[grep()]", "{}")]
    public void Literal_arguments_are_read(string text, string arguments) =>
        Assert.Equal([new RawToolCall("grep", arguments)], Lift(text).Calls);

    [Theory]
    [InlineData("[grep(pattern=\"x\"), read_file(path='a')]")]
    [InlineData("```tool_code\ngrep(pattern=\"x\")\nread_file(path='a')\n```")]
    public void Several_calls_keep_their_order(string text) => Assert.Equal(["grep", "read_file"], Lift(text).Calls.Select(c => c.Name));

    [Theory]
    [InlineData("[grep(pattern=x)]")]
    [InlineData("[grep(\"x\")]")]
    [InlineData("[grep(pattern=\"x\", pattern=\"y\")]")]
    [InlineData("[grep(pattern=\"x\"]")]
    [InlineData("[grep(pattern=\"x\")")]
    [InlineData("[grep(pattern=\"x)]")]
    [InlineData("[grep(pattern=open('f').read())]")]
    [InlineData("[launch(pattern=\"x\")]")]
    [InlineData("[grep(pattern=\"x\")] is how it looks")]
    [InlineData("grep(pattern=\"x\")")]
    [InlineData("[1, 2]")]
    [InlineData("[]")]
    [InlineData("```tool_code\nimport os\n```")]
    [InlineData("```tool_code```")]
    public void What_is_no_whole_call_of_an_offered_tool_stays_text(string text) => Assert.Empty(Lift(text).Calls);

    private static ChatAnswer Lift(string text) => CallsInText.Lift(new ChatAnswer { Content = text }, name => name is "grep" or "read_file");
}
