using Foreman.AgentLoop.Loop.TextCalls;
using Foreman.AgentLoop.Model;

namespace Foreman.AgentLoop.Tests.Loop.TextCalls;

[Trait("Kind", "6")]
public sealed class CallsInTextTests
{
    private const string Grep = """{"pattern": "x"}""";

    [Theory]
    [InlineData("<tool_call>\n{\"name\": \"grep\", \"arguments\": {\"pattern\": \"x\"}}\n</tool_call>", "")]
    [InlineData("I will look.\n<tool_call>{\"name\":\"grep\",\"arguments\":{\"pattern\": \"x\"}}</tool_call>", "I will look.")]
    [InlineData("<tool_call>{\"name\":\"grep\",\"arguments\":{\"pattern\": \"x\"}}</tool_call>\nThat is all.", "")]
    [InlineData("<tool_call>\n{\"name\":\"grep\",\"arguments\":{\"pattern\": \"x\"}}\n<|im_end|>", "")]
    [InlineData("{\"name\":\"grep\",\"arguments\":{\"pattern\": \"x\"}}\n</tool_call>", "")]
    [InlineData("I look.\n[TOOL_REQUEST]{\"name\": \"grep\", \"arguments\": {\"pattern\": \"x\"}}[END_TOOL_REQUEST]", "I look.")]
    [InlineData("Look:\n```json\n{\"name\": \"grep\", \"arguments\": {\"pattern\": \"x\"}}\n```\n", "Look:")]
    [InlineData("```tool_code\n{\"name\": \"grep\", \"parameters\": {\"pattern\": \"x\"}}\n```", "")]
    [InlineData("{\"name\": \"grep\", \"arguments\": {\"pattern\": \"x\"}}", "")]
    [InlineData("\n{\n\"name\": \"grep\",\n\"arguments\": {\"pattern\": \"x\"}\n}\n<|im_end|>\n", "")]
    [InlineData("[{\"name\": \"grep\", \"parameters\": {\"pattern\": \"x\"}}]", "")]
    [InlineData("<|python_tag|>{\"name\": \"grep\", \"parameters\": {\"pattern\": \"x\"}}<|eom_id|>", "")]
    [InlineData("{\"type\":\"function\",\"function\":{\"name\": \"grep\", \"arguments\": {\"pattern\": \"x\"}}}", "")]
    [InlineData("{\"tool_calls\":[{\"id\":\"1\",\"type\":\"function\",\"function\":{\"name\": \"grep\", \"arguments\": \"{\\\"pattern\\\": \\\"x\\\"}\"}}]}", "")]
    [InlineData("{\"name\": \"grep\", \"arguments\": \"{\\\"pattern\\\": \\\"x\\\"}\"}", "")]
    public void A_call_that_the_server_left_in_the_text_is_lifted_out(string text, string content)
    {
        var answer = Lift(text);

        Assert.Equal([new RawToolCall("grep", Grep)], answer.Calls);
        Assert.Equal(content, answer.Content);
    }

    [Theory]
    [InlineData("[{\"name\":\"grep\",\"arguments\":{}},{\"name\":\"read_file\",\"arguments\":{}}]")]
    [InlineData("{\"name\":\"grep\",\"arguments\":{}} {\"name\":\"read_file\",\"arguments\":{}}")]
    [InlineData("{\"name\":\"grep\",\"parameters\":{}}; {\"name\":\"read_file\",\"parameters\":{}}")]
    [InlineData("<tool_call>{\"name\":\"grep\",\"arguments\":{}}</tool_call>\n<tool_call>{\"name\":\"read_file\",\"arguments\":{}}</tool_call>")]
    [InlineData("<tool_call>{\"name\":\"grep\",\"arguments\":{}}\n{\"name\":\"read_file\",\"arguments\":{}}</tool_call>")]
    [InlineData("```json\n{\"name\":\"grep\",\"arguments\":{}}\n```\n\n```json\n{\"name\":\"read_file\",\"arguments\":{}}\n```")]
    [InlineData("<tool_call>\n<function=grep>\n</function>\n</tool_call>\n<tool_call>\n<function=read_file>\n</function>\n</tool_call>")]
    [InlineData("<function=grep>\n</function>\n<function=read_file>\n</function>")]
    public void Several_calls_keep_their_order(string text) =>
        Assert.Equal([new RawToolCall("grep", "{}"), new RawToolCall("read_file", "{}")], Lift(text).Calls);

    [Theory]
    [InlineData("hello")]
    [InlineData("")]
    [InlineData("<tool_call>{\"name\":\"write_file\",\"arguments\":{\"path\":\"a\",\"content\":\"half")]
    [InlineData("<tool_call>{\"name\":\"grep\"}</tool_call>")]
    [InlineData("[TOOL_REQUEST]{\"name\":\"grep\",\"arguments\":{\"pattern\":\"half[END_TOOL_REQUEST]")]
    [InlineData("```json\n{\"name\": \"grep\", \"arguments\": {}}\n```\nThat is how a call looks.")]
    [InlineData("```json\n{\"name\": \"launch\", \"arguments\": {}}\n```")]
    [InlineData("```")]
    [InlineData("``````")]
    [InlineData("```json\n[1]\n```")]
    [InlineData("{\"name\": \"launch\", \"arguments\": {}}")]
    [InlineData("[{\"name\": \"grep\", \"arguments\": {}}, {\"name\": \"launch\", \"arguments\": {}}]")]
    [InlineData("Call {\"name\": \"grep\", \"arguments\": {}}")]
    [InlineData("{\"name\": \"grep\", \"arguments\": {}} is the call.")]
    [InlineData("{\"name\": \"grep\", \"arguments\": {}, \"version\": 2}")]
    [InlineData("{\"name\": \"grep\", \"arguments\": \"pattern=x\"}")]
    [InlineData("{\"name\": \"grep\", \"arguments\": {\"pattern\": ")]
    [InlineData("{\"name\": \"grep\"}")]
    [InlineData("[]")]
    [InlineData("[[{\"name\": \"grep\", \"arguments\": {}}]]")]
    [InlineData("<function=grep>\n<parameter=pattern>\nx\n</parameter>\n</function>\nis how it looks")]
    [InlineData("<function=launch>\n<parameter=pattern>\nx\n</parameter>\n</function>")]
    [InlineData("<function=grep>\n<parameter=pattern>\nhalf")]
    [InlineData("<tool_call>\n<function=grep>\n<parameter=pattern>\nhalf")]
    [InlineData("<function=>\n</function>")]
    [InlineData("<function=grep")]
    public void Text_that_is_no_whole_call_of_an_offered_tool_stays_text(string text)
    {
        var answer = Lift(text);

        Assert.Empty(answer.Calls);
        Assert.Equal(text, answer.Content);
    }

    [Fact]
    public void A_call_between_tags_is_one_even_when_no_such_tool_is_offered() =>
        Assert.Equal("launch", Assert.Single(Lift("<tool_call>{\"name\":\"launch\",\"arguments\":{}}</tool_call>").Calls).Name);

    [Theory]
    [InlineData("<tool_call>\n<function=write_file>\n<parameter=path>\na.txt\n</parameter>\n<parameter=content>\nhi\n\nthere\n</parameter>\n</function>\n</tool_call>", """{"path":"a.txt","content":"hi\n\nthere"}""")]
    [InlineData("<function=write_file>\n<parameter=path>\na.txt\n</parameter>\n<parameter=content>\n</parameter>\n</function>", """{"path":"a.txt","content":""}""")]
    [InlineData("<function=write_file>\r\n<parameter=path>\r\na.txt\r\n</parameter>\r\n</function>\r\n</tool_call>", """{"path":"a.txt"}""")]
    [InlineData("<tool_call>\n<function=write_file>\n<parameter=path>a.txt</parameter>\n</tool_call>", """{"path":"a.txt"}""")]
    [InlineData("<function=write_file><parameter=path>a.xml</parameter><parameter=content><parameter=x>1</parameter> <b/></parameter></function>", """{"path":"a.xml","content":"<parameter=x>1</parameter> <b/>"}""")]
    [InlineData("<tool_call>\n<function=write_file>\n<parameter=content>\n  indented\n</parameter>\n</function>\n</tool_call><|im_end|>", """{"content":"  indented"}""")]
    public void Parameters_between_tags_are_taken_as_they_stand(string text, string arguments)
    {
        var answer = Lift("I will write it.\n" + text);

        Assert.Equal([new RawToolCall("write_file", arguments)], answer.Calls);
        Assert.Equal("I will write it.", answer.Content);
    }

    [Fact]
    public void Arguments_may_hold_the_marks_of_their_own_form()
    {
        Assert.Equal("""{"content": "</tool_call>"}""", Assert.Single(Lift("""<tool_call>{"name": "write_file", "arguments": {"content": "</tool_call>"}}</tool_call>""").Calls).Arguments);
        Assert.Equal("""{"content": "```\nx\n```"}""", Assert.Single(Lift("```json\n{\"name\": \"write_file\", \"arguments\": {\"content\": \"```\\nx\\n```\"}}\n```").Calls).Arguments);
    }

    [Fact]
    public void Line_ends_in_a_string_are_taken_as_the_model_meant_them() =>
        Assert.Equal("""{"content": "a\u000ab"}""", Assert.Single(Lift("{\"name\": \"write_file\", \"arguments\": {\"content\": \"a\nb\"}}").Calls).Arguments);

    [Fact]
    public void No_more_calls_are_taken_than_an_answer_may_have() => Assert.Equal(
        CallAssembler.MaxCalls,
        Lift(string.Concat(Enumerable.Repeat("<tool_call>{\"name\":\"grep\",\"arguments\":{}}</tool_call>", 100))).Calls.Count);

    private static ChatAnswer Lift(string text) =>
        CallsInText.Lift(new ChatAnswer { Content = text }, name => name is "grep" or "read_file" or "write_file");
}
