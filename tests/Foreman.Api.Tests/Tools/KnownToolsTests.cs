namespace Foreman.Api.Tests.Tools;

public sealed class KnownToolsTests
{
    [Fact]
    public void The_rule_on_Agents_names_every_tool_there_is() =>
        Assert.Equal(KnownTools.Names.Concat(DeterministicAgent.Tools).Order(StringComparer.Ordinal).Select(t => $"'{t}'"), KnownTools.InRules.Split(", "));
}
