using System.Text.Json.Nodes;
using Foreman.Agent.Registration;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Agent.Tests.Registration;

public class DefinitionCheckTests
{
    [Fact]
    public void Definitions_without_the_fence_are_older()
    {
        var schema = DefinitionCheck.SchemaOf(Definition("""{"phase":{},"attempt":{}}"""))!;

        Assert.Equal(["claim"], DefinitionCheck.Missing(schema));
    }

    [Fact]
    public void Definitions_with_the_fence_are_right() =>
        Assert.Empty(DefinitionCheck.Missing(DefinitionCheck.SchemaOf(Definition("""{"attempt":{},"claim":{}}"""))!));

    [Fact]
    public void A_version_that_is_not_served_counts_as_none()
    {
        var definition = Definition("""{"attempt":{},"claim":{}}""");
        definition["spec"]!["versions"]![0]!["served"] = false;

        Assert.Null(DefinitionCheck.SchemaOf(definition));
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

        Assert.Empty(DefinitionCheck.Missing(DefinitionCheck.PublishedSchemaOf(document)!));
        Assert.Null(DefinitionCheck.PublishedSchemaOf([]));
    }

    [Fact]
    public void A_field_that_was_taken_out_and_an_older_stamp_are_told_and_do_not_stop_the_host()
    {
        var schema = DefinitionCheck.SchemaOf(YamlToJson.Convert(CustomResources.All["agentictasks.foreman.llmkube.dev"]))!;
        Assert.Null(DefinitionCheck.Older(new(schema, DefinitionsVersion.Current)));
        Assert.Equal($"they are of version 0.0.1, this program is {DefinitionsVersion.Current}", DefinitionCheck.Older(new(schema, "0.0.1")));

        schema["properties"]!["status"]!["properties"]!.AsObject().Remove("resumedFrom");

        Assert.Empty(DefinitionCheck.Missing(schema));
        Assert.Equal("AgenticTask has no status.resumedFrom", DefinitionCheck.Older(new(schema, DefinitionsVersion.Current)));
    }

    private static JsonObject Definition(string status) => (JsonObject)JsonNode.Parse(
        """{"spec":{"versions":[{"name":"v1alpha1","served":true,"schema":{"openAPIV3Schema":{"properties":{"status":{"properties":STATUS}}}}}]}}"""
            .Replace("STATUS", status, StringComparison.Ordinal))!;
}
