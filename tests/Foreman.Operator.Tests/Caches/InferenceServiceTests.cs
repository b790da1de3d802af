using System.Text.Json;
using Foreman.Operator.Caches;

namespace Foreman.Operator.Tests.Caches;

public class InferenceServiceTests
{
    [Theory]
    [InlineData("""{"spec":{"modelRef":"m"},"status":{"phase":"Ready","endpoint":"http://m:8080"}}""", null)]
    [InlineData("""{"spec":{"modelRef":"m","parallelSlots":4},"status":{"phase":"Ready","endpoint":"http://m:8080"}}""", 4)]
    [InlineData("""{"spec":{"modelRef":"m","parallelSlots":4,"replicas":3},"status":{"phase":"Ready","endpoint":"http://m:8080"}}""", 12)]
    [InlineData("""{"spec":{"modelRef":"m","parallelSlots":4,"replicas":3},"status":{"phase":"Ready","endpoint":"http://m:8080","readyReplicas":2}}""", 8)]
    [InlineData("""{"spec":{"modelRef":"m","parallelSlots":2000000000,"replicas":9}}""", int.MaxValue)]
    [InlineData("""{"spec":{"modelRef":"m","parallelSlots":0}}""", null)]
    [InlineData("{}", null)]
    public void It_serves_as_many_at_once_as_its_ready_replicas_do(string json, int? slots) =>
        Assert.Equal(slots, JsonSerializer.Deserialize(json, InferenceService.TypeInfo)!.ToEndpoint().Slots);
}
