using System.Text.Json;

namespace Foreman.Api.Tests.AgenticTasks;

public class TaskAgentTests
{
    [Theory]
    [InlineData(null, null, null, "spec.agentRef")]
    [InlineData("", "", null, "spec.agentRef")]
    [InlineData("coder", null, "coder", "spec.agentRef")]
    [InlineData("coder", "other", "coder", "spec.agentRef")]
    [InlineData(null, "other", "other", "spec.payload.agent")]
    [InlineData("", "other", "other", "spec.payload.agent")]
    public void The_reference_counts_before_the_payload(string? reference, string? payload, string? expected, string field)
    {
        var spec = new AgenticTaskSpec { AgentRef = reference is null ? null : new() { Name = reference }, Payload = new() { Agent = payload } };

        Assert.Equal((expected, field), (spec.AgentName(), spec.AgentField()));
        Assert.Equal(expected, new AgenticTask { Spec = spec }.AgentName());
        Assert.Equal(expected, new PipelineStep { AgentRef = spec.AgentRef ?? new(), Payload = spec.Payload }.AgentName());
    }

    [Theory]
    [InlineData("""{"kind":"freeform","payload":{"prompt":"x","agent":"other"}}""")]
    [InlineData("""{"kind":"freeform","agentRef":{"name":"coder"},"payload":{"prompt":"x","agent":"other"}}""")]
    public void Both_fields_are_written_back_as_they_were_read(string json) =>
        Assert.Equal(json, JsonSerializer.Serialize(JsonSerializer.Deserialize(json, ApiJson.Default.AgenticTaskSpec)!, ApiJson.Default.AgenticTaskSpec));
}
