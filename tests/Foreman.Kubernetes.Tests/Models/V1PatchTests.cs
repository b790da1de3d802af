namespace Foreman.Kubernetes.Tests;

public sealed class V1PatchTests
{
    [Fact]
    public void Operations_keep_their_order_and_a_removal_has_no_value() => Assert.Equal(
        """[{"op":"test","path":"/status/attempt","value":3},{"op":"replace","path":"/status/phase","value":"Pending"},{"op":"remove","path":"/status/claim"}]""",
        V1Patch.Json(
            JsonPatchOperation.Test("/status/attempt", 3),
            JsonPatchOperation.Replace("/status/phase", "Pending"),
            JsonPatchOperation.Remove("/status/claim")).Content.ToJsonString());
}
