using System.Text.Json.Nodes;
using Foreman.Agent.Registration;

namespace Foreman.Agent.Tests.Registration;

public class DefinitionCheckTests
{
    [Fact]
    public void Definitions_without_the_fence_are_older()
    {
        var status = DefinitionCheck.StatusOf(Definition("""{"phase":{},"attempt":{}}"""))!;

        Assert.Equal(["claim"], DefinitionCheck.Missing(status));
    }

    [Fact]
    public void Definitions_with_the_fence_are_right() =>
        Assert.Empty(DefinitionCheck.Missing(DefinitionCheck.StatusOf(Definition("""{"attempt":{},"claim":{}}"""))!));

    [Fact]
    public void A_version_that_is_not_served_counts_as_none()
    {
        var definition = Definition("""{"attempt":{},"claim":{}}""");
        definition["spec"]!["versions"]![0]!["served"] = false;

        Assert.Null(DefinitionCheck.StatusOf(definition));
    }

    [Fact]
    public void The_published_schema_tells_the_same()
    {
        var document = (JsonObject)JsonNode.Parse(
            """
            {"components":{"schemas":{
              "dev.llmkube.foreman.v1alpha1.AgenticTaskList":{},
              "dev.llmkube.foreman.v1alpha1.AgenticTask":{"properties":{"status":{"properties":{"attempt":{},"claim":{}}}}}}}}
            """)!;

        Assert.Empty(DefinitionCheck.Missing(DefinitionCheck.PublishedStatusOf(document)!));
        Assert.Null(DefinitionCheck.PublishedStatusOf([]));
    }

    private static JsonObject Definition(string status) => (JsonObject)JsonNode.Parse(
        """{"spec":{"versions":[{"name":"v1alpha1","served":true,"schema":{"openAPIV3Schema":{"properties":{"status":{"properties":STATUS}}}}}]}}"""
            .Replace("STATUS", status, StringComparison.Ordinal))!;
}
