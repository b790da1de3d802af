using System.Text;

namespace Foreman.Kubernetes.Behaviour.Tests.KubectlSide;

/// <summary>The library reads what kubectl wrote, as kubectl meant it.</summary>
public sealed class WrittenByKubectlTests
{
    private static Task<string> KubectlAsync(Workspace at, params string[] arguments) => at.Cluster.Kubectl.RunAsync([.. arguments, "-n", at.Namespace]);

    private static string GadgetYaml(Workspace at, string spec) => $$"""
        apiVersion: behaviour.foreman.dev/v1
        kind: Gadget
        metadata:
          name: one
          namespace: {{at.Namespace}}
          labels: {a: b}
        spec: {{spec}}
        """;

    [Theory, DevCluster, KubeApiServer]
    public async Task An_applied_custom_object_is_read_as_its_manifest_says(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.Cluster.Kubectl.ApplyAsync(GadgetYaml(
            at,
            """{kind: a, total: 9223372036854775807, ratio: 1e-3, text: "Grüße\n", tags: [x, "yes"], port: 80, memory: 1.5Gi, when: "2026-01-02T03:04:05+02:00", maybe: null, whole: {}, anything: {m: [1, two]}}"""));
        var read = await at.Client.ReadAsync<Gadget>("one", at.Namespace);
        Assert.Equal((long.MaxValue, 0.001, "Grüße\n"), (read.Spec!.Total, read.Spec.Ratio, read.Spec.Text));
        Assert.Equal(["x", "yes"], read.Spec.Tags);
        Assert.Equal((80, "1.5Gi"), ((int)read.Spec.Port!, (string?)read.Spec.Memory));
        Assert.Equal(new DateTimeOffset(2026, 1, 2, 1, 4, 5, TimeSpan.Zero), read.Spec.When);
        Assert.Empty(read.Spec.Whole!);
        Assert.Equal((3, "x", "b"), (read.Spec.Size, read.Spec.Nested!.A, read.GetLabel("a")));
        Assert.Equal("""{"m":[1,"two"]}""", Tree.Sorted(read.Spec.Anything)!.ToJsonString());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Applying_again_changes_and_removes_what_the_manifest_changed(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.Cluster.Kubectl.ApplyAsync(GadgetYaml(at, "{kind: a, text: t, tags: [x], labels: {l: m}}"));
        await at.MergeAsync("one", """{"spec":{"flag":true}}""");
        await at.Cluster.Kubectl.ApplyAsync(GadgetYaml(at, "{kind: b, tags: [z]}"));
        var read = await at.Client.ReadAsync<Gadget>("one", at.Namespace);
        Assert.Equal(("b", null, true, null), (read.Spec!.Kind, read.Spec.Text, read.Spec.Flag, read.Spec.Labels));
        Assert.Equal(["z"], read.Spec.Tags);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Kubectl_and_the_library_conflict_over_applied_fields(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.Cluster.Kubectl.ApplyAsync(GadgetYaml(at, "{kind: a, size: 4}"), "--server-side", "--field-manager=hand");
        var refusal = await Workspace.RefusedAsync(() => at.ApplyAsync("me", "one", """{"kind":"a","size":5}"""));
        Assert.Equal([".spec.size FieldManagerConflict"], refusal.Causes());
        Assert.Contains("\"hand\"", refusal.Status.Message);
        await at.ApplyAsync("me", "one", """{"kind":"a","size":5}""", force: true);
        var run = await at.Cluster.Kubectl.TryWithInputAsync(GadgetYaml(at, "{kind: a, size: 4}"), "apply", "--server-side", "--field-manager=hand", "-f", "-");
        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains(".spec.size", run.Error);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Every_type_of_patch_by_kubectl_is_read_as_it_was_meant(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("one");
        await KubectlAsync(at, "patch", "gadget", "one", "--type=merge", "-p", """{"spec":{"text":"merged"}}""");
        await KubectlAsync(at, "patch", "gadget", "one", "--type=json", "-p", """[{"op":"add","path":"/spec/set","value":["s"]}]""");
        await KubectlAsync(at, "patch", "gadget", "one", "--subresource=status", "--type=merge", "-p", """{"status":{"phase":"Running"}}""");
        var read = await at.Client.ReadAsync<Gadget>("one", at.Namespace);
        Assert.Equal(("merged", "s", "Running"), (read.Spec!.Text, read.Spec.Set!.Single(), read.Status!.Phase));
        await at.Client.CreateAsync(new V1ConfigMap { Metadata = new() { Name = "map", NamespaceProperty = at.Namespace }, Data = new Dictionary<string, string> { ["a"] = "1" } });
        await KubectlAsync(at, "patch", "configmap", "map", "-p", """{"data":{"b":"2","a":null}}""");
        Assert.Equal("b=2", string.Join(',', (await at.Client.ReadAsync<V1ConfigMap>("map", at.Namespace)).Data!.Select(entry => $"{entry.Key}={entry.Value}")));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Created_config_maps_secrets_and_accounts_are_read_as_they_were_meant(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await KubectlAsync(at, "create", "configmap", "map", "--from-literal=a=línea 1");
        await KubectlAsync(at, "create", "secret", "generic", "hidden", "--from-literal=k=grün");
        await KubectlAsync(at, "create", "serviceaccount", "somebody");
        Assert.Equal("línea 1", (await at.Client.ReadAsync<V1ConfigMap>("map", at.Namespace)).Data!["a"]);
        var secret = await at.Client.ReadAsync<V1Secret>("hidden", at.Namespace);
        Assert.Equal(("Opaque", "grün"), (secret.SecretType, Encoding.UTF8.GetString(secret.Data!["k"])));
        Assert.Equal("somebody", (await at.Client.ReadAsync<V1ServiceAccount>("somebody", at.Namespace)).Name());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Labels_annotations_and_deletions_by_kubectl_are_seen_by_a_watch(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var created = await at.CreateAsync("one");
        await KubectlAsync(at, "label", "gadget", "one", "a=b");
        await KubectlAsync(at, "annotate", "gadget", "one", "note=hello there");
        await KubectlAsync(at, "delete", "gadget", "one");
        var events = await Watched.ObjectsAsync(at, 3, new() { ResourceVersion = created.Version() });
        Assert.Equal([WatchEventType.Modified, WatchEventType.Modified, WatchEventType.Deleted], events.Select(e => e.Type));
        Assert.Equal(("b", "hello there"), (events[2].Object.GetLabel("a"), events[2].Object.GetAnnotation("note")));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_replacement_by_kubectl_at_an_old_version_is_refused(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var created = await at.CreateAsync("one");
        await at.MergeAsync("one", """{"spec":{"size":4}}""");
        created["spec"]!["size"] = 5;
        var run = await at.Cluster.Kubectl.TryWithInputAsync(created.ToJsonString(), "replace", "-f", "-");
        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("the object has been modified", run.Error);
        Assert.Equal(4, (await at.ReadAsync("one")).Number("spec.size"));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Kubectl_tells_the_causes_that_the_library_tells(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var run = await at.Cluster.Kubectl.TryWithInputAsync(GadgetYaml(at, "{kind: z, size: 11}"), "create", "-f", "-");
        var refusal = await Workspace.RefusedAsync(() => at.CreateAsync("one", """{"kind":"z","size":11}"""));
        Assert.NotEqual(0, run.ExitCode);
        Assert.All(refusal.Status.Details!.Causes!, cause => Assert.Contains($"{cause.Field}: {cause.Message}", run.Error));
    }
}
