namespace Foreman.Kubernetes.Behaviour.Tests.Validating;

public sealed class NameTests
{
    [Theory, DevCluster, KubeApiServer]
    public async Task Names_are_lower_case_and_at_most_253_long(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        foreach (var name in new[] { "Upper", "under_score", "-dash", "dot.", "a..b", "ümlaut", new string('a', 254) })
        {
            var refusal = await Workspace.RefusedAsync(() => at.CreateAsync(name));
            Assert.Equal((name, 422), (name, refusal.Kind().Code));
            Assert.Equal(["metadata.name FieldValueInvalid"], refusal.Causes());
        }

        await at.CreateAsync(new string('a', 253));
        await at.CreateAsync("a.b-c.0");
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Names_of_namespaces_are_labels(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        foreach (var name in new[] { "a.b", new string('a', 64), "Big" })
        {
            var refusal = await Workspace.RefusedAsync(() => at.Client.CreateAsync(new V1Namespace { Metadata = new() { Name = name } }));
            Assert.Equal((name, 422), (name, refusal.Kind().Code));
            Assert.Contains("metadata.name FieldValueInvalid", refusal.Causes());
        }
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Labels_keep_to_their_alphabet_and_length(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        foreach (var labels in new[] { """{"a b":"c"}""", """{"a":"b c"}""", """{"-a":"b"}""", """{"A.b/":"c"}""", $$"""{"a":"{{new string('x', 64)}}"}""", """{"a/b/c":"d"}""" })
        {
            var refusal = await Workspace.RefusedAsync(() => at.CreateAsync("one", metadata: $$"""{"labels":{{labels}}}"""));
            Assert.Equal((labels, 422), (labels, refusal.Kind().Code));
            Assert.All(refusal.Causes(), cause => Assert.Equal("metadata.labels FieldValueInvalid", cause));
        }

        await at.CreateAsync("fits", metadata: """{"labels":{"example.com/Mixed_Case.x":"","b":"0-9_A.z"}}""");
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Annotations_have_keys_as_labels_and_any_text(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var refusal = await Workspace.RefusedAsync(() => at.CreateAsync("one", metadata: """{"annotations":{"a b":"c"}}"""));
        Assert.Equal(["metadata.annotations FieldValueInvalid"], refusal.Causes());
        Assert.Equal("any {text}\n", (await at.CreateAsync("fits", metadata: """{"annotations":{"a":"any {text}\n"}}""")).Text("metadata.annotations.a"));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Annotations_are_at_most_256_KiB(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var refusal = await Workspace.RefusedAsync(() => at.CreateAsync("one", metadata: $$$"""{"annotations":{"a":"{{{new string('x', 256 * 1024)}}}"}}"""));
        Assert.Equal(["metadata.annotations FieldValueTooLong"], refusal.Causes());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Labels_that_are_no_texts_are_400(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        Assert.Equal(400, (await Workspace.RefusedAsync(() => at.CreateAsync("one", metadata: """{"labels":{"a":1}}"""))).Kind().Code);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Owners_need_a_kind_a_name_and_a_uid(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var refusal = await Workspace.RefusedAsync(() => at.CreateAsync("one", metadata: """{"ownerReferences":[{"apiVersion":"v1","kind":"","name":"","uid":""}]}"""));
        Assert.Equal((422, "Invalid"), refusal.Kind());
        Assert.Equal(
            ["metadata.ownerReferences.kind FieldValueInvalid", "metadata.ownerReferences.name FieldValueInvalid", "metadata.ownerReferences.uid FieldValueInvalid"],
            refusal.Causes().Select(cause => cause.Replace("[0]", "", StringComparison.Ordinal)));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Only_one_owner_is_the_controller(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var owners = string.Join(',', new[] { "x", "y" }.Select(name => $$"""{"apiVersion":"v1","kind":"ConfigMap","name":"{{name}}","uid":"{{name}}","controller":true}"""));
        var refusal = await Workspace.RefusedAsync(() => at.CreateAsync("one", metadata: $$"""{"ownerReferences":[{{owners}}]}"""));
        Assert.Equal(["metadata.ownerReferences FieldValueInvalid"], refusal.Causes());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_name_is_never_changed(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("one");
        Assert.Equal(400, (await Workspace.RefusedAsync(() => at.MergeAsync("one", """{"metadata":{"name":"two"}}"""))).Kind().Code);
        Assert.Equal(400, (await Workspace.RefusedAsync(() => at.MergeAsync("one", """{"metadata":{"namespace":"default"}}"""))).Kind().Code);
    }
}
