using System.Text.Json;

namespace Foreman.Api.Tests.Json;

public class ApiJsonTests
{
    [Fact]
    public void Absent_fields_keep_their_defaults_when_an_object_is_read()
    {
        var task = JsonSerializer.Deserialize("""{"metadata":{"name":"a"},"spec":{"kind":"freeform"}}""", ApiJson.Default.AgenticTask)!;

        Assert.Equal("AgenticTask", task.Kind);
        Assert.NotNull(task.Status);
        Assert.Empty(task.Status.Attempts);
        Assert.NotNull(task.Spec.Payload);
        Assert.Equal(TaskPhase.Pending, task.PhaseOrPending());
    }

    [Fact]
    public void Values_that_a_newer_peer_wrote_are_read_and_written_back()
    {
        const string json = """{"phase":"Dreaming","failureReason":"SunSpots","attempt":3,"attempts":[]}""";

        var status = JsonSerializer.Deserialize(json, ApiJson.Default.AgenticTaskStatus)!;

        Assert.Equal("Dreaming", status.Phase!.Value.Value);
        Assert.Equal(json, JsonSerializer.Serialize(status, ApiJson.Default.AgenticTaskStatus));
    }

    [Theory]
    [InlineData("availableRAMGB")]
    [InlineData("totalRAMGB")]
    [InlineData("agentMemoryLimitGB")]
    [InlineData("onBattery")]
    public void Abbreviations_keep_the_spelling_of_the_contract(string field)
    {
        var capability = new NodeCapability { AvailableRAMGB = 1, TotalRAMGB = 2, AgentMemoryLimitGB = 3, OnBattery = true };

        Assert.Contains($"\"{field}\":", JsonSerializer.Serialize(capability, ApiJson.Default.NodeCapability), StringComparison.Ordinal);
    }
}
