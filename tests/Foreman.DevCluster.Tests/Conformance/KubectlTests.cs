using Foreman.DevCluster.Tests.Support;

namespace Foreman.DevCluster.Tests.Conformance;

public sealed class KubectlTests
{
    private const string Manifest = """
        apiVersion: test.foreman.dev/v1alpha1
        kind: Widget
        metadata: {name: one}
        spec: {kind: a}
        """;

    [Theory, DevCluster, KubeApiServer]
    public async Task Apply_get_label_and_delete_work(IClusterUnderTest cluster)
    {
        using var api = await RawApi.WithWidgetsAsync(cluster);
        var (kubectl, space) = (cluster.Kubectl, api.Namespace);
        Assert.Contains("created", await kubectl.ApplyAsync(Manifest, "-n", space));
        Assert.Contains("unchanged", await kubectl.ApplyAsync(Manifest, "-n", space));
        Assert.Contains("configured", await kubectl.ApplyAsync(Manifest.Replace("kind: a}", "kind: b}", StringComparison.Ordinal), "-n", space));
        Assert.Matches(@"NAME +PHASE +DONE +AGE\none +Pending +\d+s", await kubectl.RunAsync("get", "widgets", "-n", space));
        Assert.Matches(@"NAME +PHASE +DONE +SIZE +AGE", await kubectl.RunAsync("get", "wd", "-n", space, "-o", "wide"));
        await kubectl.RunAsync("label", "widget", "one", "-n", space, "x=y");
        Assert.Contains("one", await kubectl.RunAsync("get", "widgets", "-A", "-l", "x=y"));
        Assert.Contains("deleted", await kubectl.RunAsync("delete", "widget", "one", "-n", space));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Describe_shows_the_object_and_its_events(IClusterUnderTest cluster)
    {
        using var api = await RawApi.WithWidgetsAsync(cluster);
        await cluster.Kubectl.ApplyAsync(Manifest, "-n", api.Namespace);
        var one = await api.GetAsync(api.Widgets + "/one");
        await api.PostAsync($"api/v1/namespaces/{api.Namespace}/events", $$$"""{"metadata":{"name":"e"},"involvedObject":{"kind":"Widget","name":"one","namespace":"{{{api.Namespace}}}","uid":"{{{one.Uid}}}"},"reason":"Tested","message":"it was tested","type":"Normal"}""");
        var text = await cluster.Kubectl.RunAsync("describe", "widget", "one", "-n", api.Namespace);
        Assert.Contains("Kind:         Widget", text);
        Assert.Contains("it was tested", text);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Wait_sees_a_condition_come_true_and_a_watch_prints_it(IClusterUnderTest cluster)
    {
        using var api = await RawApi.WithWidgetsAsync(cluster);
        await api.CreateAsync("one");
        await using var get = cluster.Kubectl.Start("get", "widgets", "-n", api.Namespace, "-w");
        await using var wait = cluster.Kubectl.Start("wait", "widget/one", "-n", api.Namespace, "--for=condition=Completed", "--timeout=60s");
        await get.WaitForLineAsync("^one ");
        await cluster.Kubectl.RunAsync("patch", "widget", "one", "-n", api.Namespace, "--subresource=status", "--type=json", "-p", """[{"op":"test","path":"/status/phase","value":"Pending"},{"op":"add","path":"/status/conditions","value":[{"type":"Completed","status":"True"}]}]""");
        await wait.WaitForLineAsync("condition met");
        await get.WaitForLineAsync("True");
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Api_resources_and_explain_know_the_kind(IClusterUnderTest cluster)
    {
        using var api = await RawApi.WithWidgetsAsync(cluster);
        Assert.Matches(@"widgets +wd +test\.foreman\.dev/v1alpha1 +true +Widget", await cluster.Kubectl.RunAsync("api-resources", "--api-group=test.foreman.dev"));
        Assert.Contains("What is wanted.", await cluster.Kubectl.RunAsync("explain", "widget"));
        Assert.Contains("Which kind.", await cluster.Kubectl.RunAsync("explain", "widgets.spec.kind"));
        Assert.Contains("uid", await cluster.Kubectl.RunAsync("explain", "widgets.metadata"));
        Assert.Contains("binaryData", await cluster.Kubectl.RunAsync("explain", "configmap"));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_manifest_with_an_unknown_field_is_refused(IClusterUnderTest cluster)
    {
        using var api = await RawApi.WithWidgetsAsync(cluster);
        var run = await cluster.Kubectl.TryWithInputAsync(Manifest.Replace("kind: a}", "kind: a, foo: 1}", StringComparison.Ordinal), "apply", "-n", api.Namespace, "-f", "-");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("strict decoding error: unknown field \"spec.foo\"", run.Error);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Server_side_apply_replace_and_edit_in_place_work(IClusterUnderTest cluster)
    {
        using var api = await RawApi.WithWidgetsAsync(cluster);
        var kubectl = cluster.Kubectl;
        Assert.Contains("serverside-applied", await kubectl.ApplyAsync(Manifest, "-n", api.Namespace, "--server-side"));
        await kubectl.RunAsync("annotate", "widget", "one", "-n", api.Namespace, "a=b");
        Assert.Contains("serverside-applied", await kubectl.ApplyAsync(Manifest, "-n", api.Namespace, "--server-side"));
        Assert.Equal("b", await kubectl.RunAsync("get", "widget", "one", "-n", api.Namespace, "-o", "jsonpath={.metadata.annotations.a}"));
        Assert.Contains("patched", await kubectl.RunAsync("patch", "widget", "one", "-n", api.Namespace, "--type=merge", "-p", """{"spec":{"size":5}}"""));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task The_create_commands_which_speak_protobuf_work(IClusterUnderTest cluster)
    {
        using var api = await RawApi.WithWidgetsAsync(cluster);
        var (kubectl, space) = (cluster.Kubectl, api.Namespace);
        await kubectl.RunAsync("create", "configmap", "cm", "-n", space, "--from-literal=a=b");
        await kubectl.RunAsync("create", "secret", "generic", "s", "-n", space, "--from-literal=a=b");
        await kubectl.RunAsync("create", "serviceaccount", "host", "-n", space);
        Assert.Equal("b", await kubectl.RunAsync("get", "cm", "cm", "-n", space, "-o", "jsonpath={.data.a}"));
        Assert.Equal("Yg==", await kubectl.RunAsync("get", "secret", "s", "-n", space, "-o", "jsonpath={.data.a}"));
        Assert.NotEmpty((await kubectl.RunAsync("create", "token", "host", "-n", space)).Trim());
        Assert.Contains("yes", await kubectl.RunAsync("auth", "can-i", "get", "widgets", "-n", space));
    }
}
