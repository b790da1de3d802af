namespace Foreman.Kubernetes.Behaviour.Tests.Kinds;

/// <summary>The question whether one may do something, which a host asks at its start.</summary>
[Trait("Kind", "12")]
public sealed class AccessReviewTests
{
    private const string Self = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
    private const string Other = "/apis/authorization.k8s.io/v1/subjectaccessreviews";

    private static async Task<(int Code, string? Reason)> AskAsync(Workspace at, string body, string path = Self, string type = "application/json")
    {
        var answer = await RawServer.SendAsync(at, HttpMethod.Post, path, body, type);
        return (answer.Code, answer.Reason);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task An_administrator_is_told_that_everything_is_allowed(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var answer = await at.Client.CreateAsync(V1SelfSubjectAccessReview.Of("patch", Gadget.Type, at.Namespace, subresource: "status"));
        Assert.True(answer.Status!.Allowed);
        Assert.Equal(("patch", "gadgets", "status", at.Namespace), (answer.Spec!.ResourceAttributes!.Verb, answer.Spec.ResourceAttributes.Resource, answer.Spec.ResourceAttributes.Subresource, answer.Spec.ResourceAttributes.Namespace));
    }

    [Theory, KubeApiServer]
    [NotOnDevCluster("RBAC is not there: one user on one machine has nobody to be kept from.")]
    public async Task An_identity_without_rights_is_told_that_it_may_not(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        using var nobody = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(await cluster.KubeconfigForAsync("asker", at.Namespace)));
        var answer = await nobody.CreateAsync(V1SelfSubjectAccessReview.Of("create", V1Secret.Type, at.Namespace));
        Assert.False(answer.Status!.Allowed);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_question_about_one_thing_is_answered_and_others_are_422(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        Assert.Equal(201, (await AskAsync(at, """{"spec":{"resourceAttributes":{}}}""")).Code);
        Assert.Equal(201, (await AskAsync(at, """{"spec":{"nonResourceAttributes":{"path":"/x","verb":"get"}}}""")).Code);
        Assert.Equal(201, (await AskAsync(at, "spec: {resourceAttributes: {verb: get}}", type: "application/yaml")).Code);
        foreach (var body in new[]
        {
            "{}",
            """{"spec":{}}""",
            """{"spec":{"resourceAttributes":{"verb":"get"},"nonResourceAttributes":{"path":"/x"}}}""",
            """{"metadata":{"name":"x"},"spec":{"resourceAttributes":{"verb":"get"}}}""",
            """{"metadata":{"labels":{"a":"b"}},"spec":{"resourceAttributes":{"verb":"get"}}}""",
        })
        {
            Assert.Equal((body, (422, "Invalid")), (body, await AskAsync(at, body)));
        }
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task What_is_no_question_is_400(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        foreach (var body in new[] { "", "[]", "{bad", """{"kind":"Pod","apiVersion":"v1"}""", """{"apiVersion":"authorization.k8s.io/v1","kind":"SubjectAccessReview"}""", """{"spec":{"resourceAttributes":{"verb":5}}}""", """{"spec":5}""" })
        {
            Assert.Equal((body, (400, "BadRequest")), (body, await AskAsync(at, body)));
        }

        Assert.Equal((415, "UnsupportedMediaType"), await AskAsync(at, "x", type: "text/plain"));
        Assert.Equal(405, (await RawServer.SendAsync(at, HttpMethod.Get, Self)).Code);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task An_unknown_field_of_a_question_is_refused_when_strict(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        const string Unknown = """{"spec":{"resourceAttributes":{"verb":"get","nope":1}}}""";
        Assert.Equal(201, (await AskAsync(at, Unknown)).Code);
        Assert.Equal((400, "BadRequest"), await AskAsync(at, Unknown, Self + "?fieldValidation=Strict"));
        Assert.Equal((422, "Invalid"), await AskAsync(at, Unknown, Self + "?fieldValidation=Perhaps"));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_question_about_somebody_else_names_them(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        Assert.Equal((422, "Invalid"), await AskAsync(at, """{"spec":{"resourceAttributes":{"verb":"get"}}}""", Other));
        Assert.Equal(201, (await AskAsync(at, """{"spec":{"user":"a","resourceAttributes":{"verb":"get"}}}""", Other)).Code);
        const string Here = """{"metadata":{"namespace":"HERE"},"spec":{"user":"a","resourceAttributes":{"verb":"get","namespace":"HERE"}}}""";
        var local = $"/apis/authorization.k8s.io/v1/namespaces/{at.Namespace}/localsubjectaccessreviews";
        Assert.Equal((422, "Invalid"), await AskAsync(at, """{"spec":{"user":"a","resourceAttributes":{"verb":"get"}}}""", local));
        Assert.Equal(201, (await AskAsync(at, Here.Replace("HERE", at.Namespace, StringComparison.Ordinal), local)).Code);
    }
}
