using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using Foreman.AgentLoop.Model;
using Foreman.Api;

namespace Foreman.AgentLoop.Tests.Model;

public sealed class ConversationWriterTests
{
    private static readonly ChatMessage[] Conversation =
    [
        ChatMessage.User("look") with { Images = [Pictures.Png, Pictures.Gif] },
        ChatMessage.Assistant("", [new ToolCall("000000001", "shot", "{}"), new ToolCall("000000002", "grep", "{}"), new ToolCall("000000003", "shot", "{}")]),
        ChatMessage.Tool("000000001", "[image 1]") with { Images = [Pictures.Png] },
        ChatMessage.Tool("000000002", "none"),
        ChatMessage.Tool("000000003", "[image 1]") with { Images = [Pictures.Gif] },
        ChatMessage.Assistant("I see"),
    ];

    [Fact]
    public void Images_are_data_URLs_behind_the_text_and_those_of_results_a_message_behind_them_all() => Assert.Equal(
        """{"model":"m","stream":true,"stream_options":{"include_usage":true},"max_tokens":9,"messages":["""
        + $$$"""{"role":"user","content":[{"type":"text","text":"look"},{"type":"image_url","image_url":{"url":"data:image/png;base64,{{{Pictures.PngBase64}}}"}},{"type":"image_url","image_url":{"url":"data:image/gif;base64,{{{Pictures.GifBase64}}}"}}]},"""
        + """{"role":"assistant","content":"","tool_calls":[{"id":"000000001","type":"function","function":{"name":"shot","arguments":"{}"}},{"id":"000000002","type":"function","function":{"name":"grep","arguments":"{}"}},{"id":"000000003","type":"function","function":{"name":"shot","arguments":"{}"}}]},"""
        + """{"role":"tool","content":"[image 1]","tool_call_id":"000000001"},{"role":"tool","content":"none","tool_call_id":"000000002"},{"role":"tool","content":"[image 1]","tool_call_id":"000000003"},"""
        + $$$"""{"role":"user","content":[{"type":"text","text":"Images of the result of shot, the result of shot, in order:"},{"type":"image_url","image_url":{"url":"data:image/png;base64,{{{Pictures.PngBase64}}}"}},{"type":"image_url","image_url":{"url":"data:image/gif;base64,{{{Pictures.GifBase64}}}"}}]},"""
        + """{"role":"assistant","content":"I see"}]}""",
        Text(ChatRequestWriter.Write(Request(), FrozenSet<string>.Empty)));

    [Fact]
    public void Ollama_gets_them_beside_the_text() => Assert.Equal(
        """{"model":"m","stream":true,"truncate":false,"shift":false,"options":{"num_predict":9},"messages":["""
        + $$"""{"role":"user","content":"look","images":["{{Pictures.PngBase64}}","{{Pictures.GifBase64}}"]},"""
        + """{"role":"assistant","content":"","tool_calls":[{"id":"000000001","function":{"name":"shot","arguments":{}}},{"id":"000000002","function":{"name":"grep","arguments":{}}},{"id":"000000003","function":{"name":"shot","arguments":{}}}]},"""
        + """{"role":"tool","content":"[image 1]","tool_call_id":"000000001","tool_name":"shot"},{"role":"tool","content":"none","tool_call_id":"000000002","tool_name":"grep"},{"role":"tool","content":"[image 1]","tool_call_id":"000000003","tool_name":"shot"},"""
        + $$"""{"role":"user","content":"Images of the result of shot, the result of shot, in order:","images":["{{Pictures.PngBase64}}","{{Pictures.GifBase64}}"]},"""
        + """{"role":"assistant","content":"I see"}]}""",
        Text(OllamaApi.WriteChat(Request(), null)));

    [Theory]
    [InlineData(0)]
    [InlineData(16383)]
    [InlineData(16384)]
    [InlineData(16385)]
    [InlineData(32767)]
    [InlineData(100_000)]
    public void A_long_text_is_written_whole_with_a_character_of_two_halves_at_any_place(int before)
    {
        var text = new string('a', before) + "😀\n\"";
        ChatMessage[] messages = [ChatMessage.User(text), ChatMessage.Assistant("", [new ToolCall("000000001", "write_file", text)])];

        using var request = JsonDocument.Parse(ChatRequestWriter.Write(Request() with { Messages = messages }, FrozenSet<string>.Empty).ToArray());

        var sent = request.RootElement.GetProperty("messages");
        Assert.Equal(text, sent[0].GetProperty("content").GetString());
        Assert.Equal(text, sent[1].GetProperty("tool_calls")[0].GetProperty("function").GetProperty("arguments").GetString());
    }

    [Fact]
    public void A_longer_conversation_begins_with_the_bytes_of_the_shorter_one()
    {
        // A request is made when all results of an answer are there, so it ends before an answer.
        var shorter = Messages(Text(ChatRequestWriter.Write(Request(5), FrozenSet<string>.Empty)));

        Assert.StartsWith(shorter, Messages(Text(ChatRequestWriter.Write(Request(), FrozenSet<string>.Empty))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"capabilities":["completion","vision","tools"]}""", true)]
    [InlineData("""{"capabilities":["completion"]}""", false)]
    [InlineData("""{"capabilities":null}""", null)]
    [InlineData("""{"details":{}}""", null)]
    [InlineData("no", null)]
    public void What_Ollama_says_of_a_model_tells_whether_it_sees(string body, bool? sees) => Assert.Equal(sees, OllamaApi.TakesImages(Encoding.UTF8.GetBytes(body)));

    private static string Messages(string body) => body[body.IndexOf("\"messages\"", StringComparison.Ordinal)..body.LastIndexOf(']')];

    private static ChatRequest Request(int messages = 6) => new() { Model = "m", Messages = Conversation[..messages], MaxTokens = 9 };

    private static string Text(RequestBody body) => Encoding.UTF8.GetString(body.ToArray());
}
