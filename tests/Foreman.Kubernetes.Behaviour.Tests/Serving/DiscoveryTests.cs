using System.Text.Json.Nodes;

namespace Foreman.Kubernetes.Behaviour.Tests.Serving;

public sealed class DiscoveryTests
{
    [Theory, DevCluster, KubeApiServer]
    public async Task The_version_is_told(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var version = await at.Dynamic.GetAsync("/version");
        Assert.Equal(("1", "36"), (version.Text("major"), version.Text("minor")));
        Assert.StartsWith("v1.36.", version.Text("gitVersion"));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Groups_are_listed_with_their_versions(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var groups = await at.Dynamic.GetAsync("/apis");
        var ours = groups.At("groups")!.AsArray().Single(group => group.Text("name") == "behaviour.foreman.dev");
        Assert.Equal(("APIGroupList", "behaviour.foreman.dev/v1", "v1"), (groups.Text("kind"), ours.Text("preferredVersion.groupVersion"), ours.Text("versions.0.version")));
        Assert.Equal("APIGroup", (await at.Dynamic.GetAsync("/apis/behaviour.foreman.dev")).Text("kind"));
        Assert.Equal("v1", (await at.Dynamic.GetAsync("/api")).Text("versions.0"));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_kind_is_listed_with_its_names_scope_and_verbs(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var list = await at.Dynamic.GetAsync("/apis/behaviour.foreman.dev/v1");
        var resources = list.At("resources")!.AsArray();
        JsonNode Named(string name) => resources.Single(resource => resource.Text("name") == name)!;
        var gadgets = Named("gadgets");
        Assert.Equal(("Gadget", "gadget", """["gd"]""", """["toys"]"""), (gadgets.Text("kind"), gadgets.Text("singularName"), gadgets.Show("shortNames"), gadgets.Show("categories")));
        Assert.True((bool)gadgets["namespaced"]!);
        Assert.Equal(
            ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
            gadgets["verbs"]!.AsArray().Select(verb => (string?)verb).Order());
        Assert.Equal(["get", "patch", "update"], Named("gadgets/status")["verbs"]!.AsArray().Select(verb => (string?)verb).Order());
        Assert.False((bool)Named("gizmos")["namespaced"]!);
        Assert.DoesNotContain(resources, resource => resource.Text("name") == "gizmos/status");
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_kind_is_resolved_by_the_library(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        Assert.Equal(Gadget.Type, await at.Dynamic.ResolveAsync("behaviour.foreman.dev/v1", "Gadget"));
        Assert.Equal(Definitions.Gizmo, await at.Dynamic.ResolveAsync("behaviour.foreman.dev/v1", "Gizmo"));
        Assert.Equal(V1ConfigMap.Type, await at.Dynamic.ResolveAsync("v1", "ConfigMap"));
        Assert.Equal(V1Lease.Type, await at.Dynamic.ResolveAsync("coordination.k8s.io/v1", "Lease"));
        Assert.Equal(V1Namespace.Type, await at.Dynamic.ResolveAsync("v1", "Namespace"));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task The_open_api_of_a_group_holds_the_schema_of_its_kinds(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await Eventually.PassesAsync(
            async () =>
            {
                var index = await at.Dynamic.GetAsync("/openapi/v3");
                var url = (string)index["paths"]!["apis/behaviour.foreman.dev/v1"]!["serverRelativeURL"]!;
                var schemas = (await at.Dynamic.GetAsync(url)).At("components.schemas")!.AsObject();
                var gadget = schemas["dev.foreman.behaviour.v1.Gadget"];
                Assert.Equal("A Gadget for tests.", gadget.Text("description"));
                Assert.Equal("integer", gadget.Text("properties.spec.properties.size.type"));
                Assert.Equal("Gadget", gadget.At("x-kubernetes-group-version-kind")!.AsArray()[0].Text("kind"));
            },
            "the OpenAPI of the group to be published");
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_definition_says_that_its_names_are_accepted_and_established(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var read = await at.Dynamic.TryReadAsync(Definitions.Definition, "gadgets.behaviour.foreman.dev");
        var conditions = read.At("status.conditions")!.AsArray().ToDictionary(c => c.Text("type")!, c => c.Text("status"));
        Assert.Equal(("True", "True"), (conditions["NamesAccepted"], conditions["Established"]));
        Assert.Equal(("Gadget", """["v1"]"""), (read.Text("status.acceptedNames.kind"), read.Show("status.storedVersions")));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_deleted_definition_takes_its_objects_and_its_endpoint_along(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var (type, definition) = OwnKind.Make(at, """{"type":"object"}""");
        await Definitions.InstallAsync(at.Client, definition, type);
        await at.Dynamic.CreateAsync(OwnKind.Object(at, type, "{}"));
        await at.Dynamic.DeleteAsync(new(Definitions.Definition, definition.Name()));
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    await at.Dynamic.ListAsync(type, at.Namespace);
                    return false;
                }
                catch (KubernetesException e)
                {
                    // While the objects are being removed the endpoint refuses for a moment.
                    return e.IsNotFound;
                }
            },
            "the endpoint to be gone",
            TimeSpan.FromSeconds(60));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_deprecated_version_is_warned_about(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var (type, definition) = OwnKind.Make(at, """{"type":"object"}""", """{"deprecated":true,"deprecationWarning":"use another kind"}""");
        await Definitions.InstallAsync(at.Client, definition, type);
        await at.Dynamic.CreateAsync(OwnKind.Object(at, type, "{}"));
        Assert.Contains("use another kind", at.Warnings);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_definition_of_the_wrong_name_or_without_a_schema_is_refused(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var (_, definition) = OwnKind.Make(at, """{"type":"object"}""");
        definition["metadata"]!["name"] = "wrong.example.com";
        Assert.Contains("metadata.name FieldValueInvalid", (await Workspace.RefusedAsync(() => at.Dynamic.CreateAsync(definition))).Causes());
        var (_, bare) = OwnKind.Make(at, """{"type":"object"}""");
        bare["spec"]!["versions"]![0]!.AsObject().Remove("schema");
        Assert.Contains("spec.versions[0].schema.openAPIV3Schema FieldValueRequired", (await Workspace.RefusedAsync(() => at.Dynamic.CreateAsync(bare))).Causes());
    }
}
