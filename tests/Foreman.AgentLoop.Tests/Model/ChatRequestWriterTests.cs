using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using Foreman.AgentLoop.Model;
using Foreman.Api;
using Foreman.Tools;

namespace Foreman.AgentLoop.Tests.Model;

public sealed class ChatRequestWriterTests
{
    [Fact]
    public void A_request_always_has_the_same_bytes()
    {
        var request = new ChatRequest
        {
            Model = "m",
            Messages =
            [
                ChatMessage.System("s"),
                ChatMessage.User("grüß dich"),
                ChatMessage.Assistant("", [new ToolCall("000000001", "grep", """{"pattern": "x"}""")]),
                ChatMessage.Tool("000000001", "no matches"),
            ],
            Tools = [new ToolDefinition("grep", "d", """{"type":"object"}""")],
            MaxTokens = 512,
            Temperature = 0,
            ChatTemplateKwargs = new Dictionary<string, JsonElement> { ["enable_thinking"] = JsonElement.Parse("false") },
        };

        Assert.Equal(
            string.Concat(
                """{"model":"m","stream":true,"stream_options":{"include_usage":true},"max_tokens":512,"temperature":0,""",
                """ "messages":[{"role":"system","content":"s"},{"role":"user","content":"grüß dich"},""".Trim(),
                """{"role":"assistant","content":"","tool_calls":[{"id":"000000001","type":"function","function":{"name":"grep","arguments":"{\"pattern\": \"x\"}"}}]},""",
                """{"role":"tool","content":"no matches","tool_call_id":"000000001"}],""",
                """ "tools":[{"type":"function","function":{"name":"grep","description":"d","parameters":{"type":"object"}}}],"parallel_tool_calls":false,""".Trim(),
                """ "chat_template_kwargs":{"enable_thinking":false}}""".Trim()),
            Encoding.UTF8.GetString(ChatRequestWriter.Write(request, FrozenSet<string>.Empty).ToArray()));
    }

    [Fact]
    public void Every_tool_schema_is_a_closed_object_whose_required_properties_come_first()
    {
        foreach (var tool in ToolCatalog.Of(KnownTools.Names).Definitions)
        {
            var schema = JsonElement.Parse(tool.Parameters);
            var properties = schema.GetProperty("properties").EnumerateObject().Select(p => p.Name).ToArray();
            string[] required = schema.TryGetProperty("required", out var names) ? [.. names.EnumerateArray().Select(n => n.GetString()!)] : [];

            Assert.False(schema.GetProperty("additionalProperties").GetBoolean());
            Assert.Equal(required, properties[..required.Length]);
        }
    }
}
