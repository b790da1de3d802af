using Foreman.AgentLoop.Loop.Modes;
using Foreman.Tools;

namespace Foreman.AgentLoop.Tests.Loop.Modes;

public sealed class ToolPromptTests
{
    private static readonly ToolDefinition[] Tools = [new("grep", "Finds \"text\".", "{ \"type\":\n \"object\" }")];

    [Fact]
    public void Each_tool_stands_on_a_line_of_its_own_with_its_schema() => Assert.EndsWith(
        """
        arguments:
        {"name":"grep","description":"Finds \"text\".","parameters":{"type":"object"}}
        """.ReplaceLineEndings("\n"),
        ToolPrompt.Of(RequestMode.Prompted, Tools),
        StringComparison.Ordinal);

    [Fact]
    public void Where_tools_have_a_field_of_their_own_nothing_is_said() => Assert.Equal("", ToolPrompt.Of(RequestMode.Native, Tools));

    [Fact]
    public void The_form_of_an_answer_is_told_as_it_will_be_read()
    {
        Assert.Contains("<tool_call>\n{\"name\": \"TOOL\"", ToolPrompt.Of(RequestMode.Prompted, Tools), StringComparison.Ordinal);
        Assert.DoesNotContain("<tool_call>", ToolPrompt.Of(RequestMode.Structured, Tools), StringComparison.Ordinal);
        Assert.Contains("\n{\"name\": \"TOOL\"", ToolPrompt.Of(RequestMode.Structured, Tools), StringComparison.Ordinal);
    }
}
