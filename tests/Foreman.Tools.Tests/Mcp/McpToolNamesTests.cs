using System.Text.RegularExpressions;
using Foreman.Tools.Mcp;

namespace Foreman.Tools.Tests.Mcp;

public sealed class McpToolNamesTests
{
    [Fact]
    public void A_plain_name_stands_as_it_is() => Assert.Equal("mcp__git-hub__get_issue", McpToolNames.Of("git-hub", "get_issue", _ => false));

    [Theory]
    [InlineData("server", "tool.with.dots")]
    [InlineData("Ünïcode", "werkzeug\u202e")]
    [InlineData("s", "")]
    [InlineData("a-very-long-name-of-a-server-that-nobody-would-choose", "and_a_tool_whose_name_is_much_too_long_for_any_model_server")]
    public void Any_other_name_is_made_one_that_model_servers_take(string server, string tool)
    {
        var name = McpToolNames.Of(server, tool, _ => false);

        Assert.Matches(new Regex(@"^mcp__[A-Za-z0-9_-]+\z"), name);
        Assert.InRange(name.Length, 1, McpToolNames.MaxLength);
        Assert.Equal(name, McpToolNames.Of(server, tool, _ => false));
    }

    [Fact]
    public void Names_that_would_be_the_same_differ()
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var tool in new[] { "a.b", "a b", "a_b", "a/b", new string('x', 90), new string('x', 91), "a_b" })
        {
            Assert.True(taken.Add(McpToolNames.Of("s", tool, taken.Contains)));
        }
    }
}
