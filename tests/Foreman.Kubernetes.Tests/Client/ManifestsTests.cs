using System.Text.Json.Nodes;

namespace Foreman.Kubernetes.Tests;

public sealed class ManifestsTests
{
    [Theory]
    [InlineData("""{"kind":"A","metadata":{"name":"x"}}""", "apiVersion")]
    [InlineData("""{"apiVersion":"v1","metadata":{"name":"x"}}""", "kind")]
    [InlineData("""{"apiVersion":"v1","kind":7,"metadata":{"name":"x"}}""", "kind")]
    [InlineData("""{"apiVersion":"v1","kind":"A"}""", "metadata.name")]
    [InlineData("""{"apiVersion":"v1","kind":"A","metadata":{"name":""}}""", "metadata.name")]
    public void A_manifest_without_its_identity_says_what_is_missing(string manifest, string missing)
    {
        var error = Assert.Throws<ArgumentException>(() => Manifests.Identify((JsonObject)JsonNode.Parse(manifest)!, nameRequired: true));

        Assert.Contains($"has no `{missing}`", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_the_server_makes_up_is_enough_to_create()
    {
        var manifest = (JsonObject)JsonNode.Parse("""{"apiVersion":"v1","kind":"A","metadata":{"generateName":"a-","namespace":"n"}}""")!;

        Assert.Equal(("v1", "A", "", "n"), Manifests.Identify(manifest, nameRequired: false));
        Assert.Throws<ArgumentException>(() => Manifests.Identify(manifest, nameRequired: true));
    }
}
