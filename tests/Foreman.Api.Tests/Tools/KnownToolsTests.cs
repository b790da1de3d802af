namespace Foreman.Api.Tests.Tools;

public sealed class KnownToolsTests
{
    [Fact]
    public void The_rule_on_Agents_names_every_tool_there_is() =>
        Assert.Equal(KnownTools.Names.Concat(DeterministicAgent.Tools).Order(StringComparer.Ordinal), Texts(KnownTools.InRules));

    [Fact]
    public void The_rule_on_prompts_names_every_tool_of_an_Agent_without_a_model() =>
        Assert.Equal(DeterministicAgent.Tools.Order(StringComparer.Ordinal), Texts(DeterministicAgent.ToolsInRules));

    private static string[] Texts(string list) => [.. list.Split(", ").Select(text => text.Trim('\''))];
}
