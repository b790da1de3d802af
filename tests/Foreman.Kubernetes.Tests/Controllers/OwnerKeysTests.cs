namespace Foreman.Kubernetes.Tests;

public sealed class OwnerKeysTests
{
    [Theory]
    [InlineData("testing.foreman.dev/v1", "Widget", true, true)]
    [InlineData("testing.foreman.dev/v2", "Widget", true, true)]
    [InlineData("testing.foreman.dev/v1", "Widget", null, false)]
    [InlineData("testing.foreman.dev/v1", "Gadget", true, false)]
    [InlineData("other.dev/v1", "Widget", true, false)]
    [InlineData("v1", "Widget", true, false)]
    public void Only_the_owner_that_manages_the_object_and_is_of_the_kind_counts(string apiVersion, string kind, bool? controller, bool counts)
    {
        var owner = new V1OwnerReference { ApiVersion = apiVersion, Kind = kind, Name = "owner", Uid = "uid", Controller = controller };
        var owned = new V1ConfigMap { Metadata = new() { Name = "a", NamespaceProperty = "ns", OwnerReferences = [owner] } };

        Assert.Equal(counts ? [new ObjectKey("ns", "owner")] : [], OwnerKeys.Of<Widget>(owned));
    }
}
