using System.Text.Json;

namespace Foreman.Api.Tests.UserDeployments;

public sealed class UserDeploymentTests
{
    [Fact]
    public void U54_What_a_newer_peer_wrote_is_read_and_written_back()
    {
        const string json = """{"apiVersion":"foreman.llmkube.dev/v1alpha1","kind":"UserDeployment","metadata":{"name":"a"},"spec":{"desiredState":"paused","templateRef":{"name":"t"},"access":{"mode":"mesh"}},"status":{"phase":"Dreaming"}}""";

        var deployment = JsonSerializer.Deserialize(json, UserDeployment.TypeInfo)!;

        Assert.Equal(("paused", "mesh", "Dreaming"), (deployment.Spec.DesiredState!.Value.Value, deployment.Spec.Access!.Mode.Value, deployment.Status!.Phase!.Value.Value));
        Assert.Equal(json, JsonSerializer.Serialize(deployment, UserDeployment.TypeInfo));
    }

    [Fact]
    public void Absent_fields_keep_their_defaults()
    {
        var deployment = JsonSerializer.Deserialize("""{"metadata":{"name":"a"}}""", UserDeployment.TypeInfo)!;

        Assert.Equal(("UserDeployment", ""), (deployment.Kind, deployment.Spec.TemplateRef.Name));
        Assert.Null(deployment.Spec.DesiredState);
        Assert.Null(deployment.Status);
    }
}
