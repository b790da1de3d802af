using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Foreman.Kubernetes;

namespace Foreman.Api.Tests.Definitions;

public sealed class DefinitionFieldsTests
{
    private static readonly (ResourceType Type, JsonTypeInfo Info)[] Kinds =
    [
        (AgenticTask.Type, AgenticTask.TypeInfo), (FleetNode.Type, FleetNode.TypeInfo), (Agent.Type, Agent.TypeInfo), (Workload.Type, Workload.TypeInfo),
        (RunLog.Type, RunLog.TypeInfo), (ModelProfile.Type, ModelProfile.TypeInfo), (AgentRelease.Type, AgentRelease.TypeInfo),
        (ToolRequest.Type, ToolRequest.TypeInfo), (Workflow.Type, Workflow.TypeInfo),
    ];

    [Fact]
    public void Our_own_definitions_lack_nothing() =>
        Assert.Empty(Kinds.SelectMany(k => DefinitionFields.Missing(k.Info, SchemaOf(k.Type)).Select(path => $"{k.Type.Kind}.{path}")));

    [Theory]
    [InlineData("status", "claim", "status.claim")]
    [InlineData("status", "claim.properties.holder", "status.claim.holder")]
    [InlineData("status", "attempts.items.properties.usage", "status.attempts[].usage")]
    [InlineData("spec", "payload.properties.inputs.items.properties.fromTask.properties.path", "spec.payload.inputs[].fromTask.path")]
    [InlineData("spec", "budget", "spec.budget")]
    public void A_field_that_was_taken_out_is_named_wherever_it_is(string part, string field, string path)
    {
        var schema = SchemaOf(AgenticTask.Type);
        var steps = field.Split('.');
        var parent = steps[..^1].Aggregate(schema["properties"]![part]!["properties"]!, (at, step) => at[step]!);
        Assert.True(parent.AsObject().Remove(steps[^1]));

        Assert.Equal([path], DefinitionFields.Missing(AgenticTask.TypeInfo, schema));
    }

    [Fact]
    public void A_schema_without_fields_lacks_all_and_one_that_keeps_unknown_fields_lacks_none()
    {
        Assert.Equal(["apiVersion", "kind", "spec", "status"], DefinitionFields.Missing(AgenticTask.TypeInfo, []).Order(StringComparer.Ordinal));
        Assert.Empty(DefinitionFields.Missing(AgenticTask.TypeInfo, new JsonObject { ["x-kubernetes-preserve-unknown-fields"] = true }));
    }

    [Fact]
    public void Three_fields_are_told_by_name_and_the_others_by_number()
    {
        Assert.Null(DefinitionFields.Tell("Agent", []));
        Assert.Equal("Agent has no spec.a, spec.b, spec.c", DefinitionFields.Tell("Agent", ["spec.a", "spec.b", "spec.c"]));
        Assert.Equal("Agent has no spec.a, spec.b, spec.c and 2 more", DefinitionFields.Tell("Agent", ["spec.a", "spec.b", "spec.c", "spec.d", "spec.e"]));
    }

    private static JsonObject SchemaOf(ResourceType type) =>
        YamlToJson.Convert(CustomResources.All[$"{type.Plural}.{type.Group}"])["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!.AsObject();
}
