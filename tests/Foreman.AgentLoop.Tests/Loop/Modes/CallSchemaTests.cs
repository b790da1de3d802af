using Foreman.AgentLoop.Loop.Modes;

namespace Foreman.AgentLoop.Tests.Loop.Modes;

public sealed class CallSchemaTests
{
    [Fact]
    public void An_answer_is_one_call_of_one_tool_and_foreign_schemas_are_not_forced() => Assert.Equal(
        """{"anyOf":[{"type":"object","properties":{"name":{"const":"grep"},"arguments":{"type":"object","required":["pattern"]}},"required":["name","arguments"],"additionalProperties":false},"""
        + """{"type":"object","properties":{"name":{"const":"mcp__s__t"},"arguments":{"type":"object"}},"required":["name","arguments"],"additionalProperties":false}]}""",
        CallSchema.Of([new("grep", "d", """{"type":"object", "required":["pattern"]}"""), new("mcp__s__t", "d", """{"type":"object","patternProperties":{"^x":{}}}""")]));
}
