using Foreman.Testing.Kubelet;

namespace Foreman.Testing.Tests.Kubelet.Scenarios;

[Trait("Kind", "15")]
public sealed class StopTests
{
    // A pod that is held after its end, so that its last status can be read.
    private const string Held = """{"finalizers":["example.com/hold"]}""";
    private const string Handles = "trap 'echo asked to end; exit 143' TERM; echo up; while :; do sleep 0.05; done";
    private const string Ignores = "echo up; exec sleep 1000";

    [Fact]
    public async Task A_deleted_pod_is_asked_to_end_and_goes_when_it_has()
    {
        var scene = await PodScene.NewAsync();
        await scene.RunAsync("asked", PodScene.PodOf("{}", PodScene.Shell("main", Handles)), Held);
        await UpAsync(scene, "asked");

        await scene.DeleteAsync("asked");
        var ended = await scene.PodEndsAsync("asked", "Failed");

        Assert.Equal(143, Assert.Single(ended.Status!.ContainerStatuses!).State.Terminated!.ExitCode);
        Assert.Equal("up\nasked to end\n", await scene.LogAsync("asked"));
        await scene.ReleaseAsync("asked");
        await scene.PodGoesAsync("asked");
    }

    [Fact]
    public async Task A_container_that_does_not_end_is_killed_after_the_grace_and_not_before()
    {
        var scene = await PodScene.NewAsync();
        await scene.RunAsync("stubborn", PodScene.PodOf("""{"terminationGracePeriodSeconds":2}""", PodScene.Shell("main", Ignores)), Held);
        await UpAsync(scene, "stubborn");
        var process = scene.Cluster.Kubelet.ProcessId(scene.Space, "stubborn", "main");

        var asked = DateTimeOffset.UtcNow;
        await scene.DeleteAsync("stubborn");
        var ended = await scene.PodEndsAsync("stubborn", "Failed");

        var state = Assert.Single(ended.Status!.ContainerStatuses!).State.Terminated!;
        Assert.Equal((137, "Error"), (state.ExitCode, state.Reason));

        // Two seconds, of which a status, which has whole seconds, may hide one.
        Assert.True(state.FinishedAt >= asked.AddSeconds(1), $"{state.FinishedAt} after {asked}");
        Assert.False(Directory.Exists($"/proc/{process}"));
        await scene.ReleaseAsync("stubborn");
        await scene.PodGoesAsync("stubborn");
    }

    [Fact]
    public async Task What_a_container_has_started_ends_with_it()
    {
        var scene = await PodScene.NewAsync();
        var seconds = $"{1_000_000 + Environment.ProcessId}";

        // Out of its session and process group, as a daemon is.
        await scene.RunAsync("parent", PodScene.PodOf("{}", PodScene.Shell("main", $"setsid sleep {seconds} & sleep 0.2; echo end")));
        await scene.PodEndsAsync("parent", "Succeeded");

        Assert.Equal("end\n", await scene.LogAsync("parent"));
        Assert.DoesNotContain(Directory.EnumerateDirectories("/proc"), folder => CommandLine(folder).Contains($"sleep\0{seconds}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_pod_that_is_deleted_without_grace_is_gone_at_once_and_its_container_killed()
    {
        var scene = await PodScene.NewAsync();
        await scene.RunAsync("forced", PodScene.PodOf("{}", PodScene.Shell("main", Ignores)));
        await UpAsync(scene, "forced");
        var process = scene.Cluster.Kubelet.ProcessId(scene.Space, "forced", "main");

        await scene.DeleteAsync("forced", grace: 0);

        await scene.PodGoesAsync("forced");
        await Eventually.TrueAsync(() => !Directory.Exists($"/proc/{process}"), "the container to be killed");
    }

    [Fact]
    public async Task A_deleted_pod_that_waits_for_something_goes_at_once()
    {
        var scene = await PodScene.NewAsync();
        await scene.RunAsync("waits", PodScene.PodOf("{}", PodScene.Shell("main", "true", """{"image":"not-here:1"}""")));
        await scene.PodAsync("waits", p => p.Status?.ContainerStatuses is [{ State.Waiting.Reason: "ImagePullBackOff" }], "to back off");

        await scene.DeleteAsync("waits");

        await scene.PodGoesAsync("waits");
    }

    [Fact]
    public async Task A_pod_over_its_own_deadline_is_failed()
    {
        var scene = await PodScene.NewAsync();

        await scene.RunAsync("late", PodScene.PodOf("""{"activeDeadlineSeconds":1,"terminationGracePeriodSeconds":1}""", PodScene.Shell("main", Ignores)));
        var ended = await scene.PodEndsAsync("late", "Failed");

        Assert.Equal("DeadlineExceeded", ended.Status!.Reason);
    }

    [Fact]
    public async Task An_evicted_pod_is_failed_and_says_that_it_is_not_to_blame()
    {
        var scene = await PodScene.NewAsync();
        await scene.RunAsync("evicted", PodScene.PodOf("{}", PodScene.Shell("main", Ignores)));
        await UpAsync(scene, "evicted");

        scene.Cluster.Kubelet.Evict(scene.Space, "evicted", "The node was low on resource: memory.");
        var ended = await scene.PodEndsAsync("evicted", "Failed");

        Assert.Equal(("Evicted", "The node was low on resource: memory."), (ended.Status!.Reason, ended.Status.Message));
        Assert.Contains(ended.Status.Conditions!, c => c is { Type: "DisruptionTarget", Status: "True", Reason: "TerminationByKubelet" });
    }

    [Fact]
    public async Task A_kubelet_that_was_silent_tells_afterwards_what_has_happened()
    {
        var scene = await PodScene.NewAsync();
        await using var node = await scene.Cluster.AddNodeAsync(new() { ReservedFor = scene.Space });
        await scene.RunAsync("quiet", PodScene.PodOf(On(node, scene.Space, 300), PodScene.Shell("main", "echo up; until [ -e /tmp/go ]; do sleep 0.05; done")));
        await UpAsync(scene, "quiet");
        var process = node.ProcessId(scene.Space, "quiet", "main");

        node.FallSilent();
        await File.WriteAllTextAsync(Path.Combine("/proc", $"{process}", "root", "tmp", "go"), "");
        await Eventually.TrueAsync(() => !Directory.Exists($"/proc/{process}"), "the container to end");
        var meanwhile = await scene.Client.ReadAsync<Pod>("quiet", scene.Space);
        await node.SpeakAgainAsync();

        Assert.Equal("Running", meanwhile.Status!.Phase);
        await scene.PodEndsAsync("quiet", "Succeeded");
    }

    [Fact]
    public async Task A_node_that_is_lost_is_missed_and_its_pods_are_taken_from_it()
    {
        var scene = await PodScene.NewAsync();
        var node = await scene.Cluster.AddNodeAsync(new() { ReservedFor = scene.Space });
        await scene.RunAsync("on-it", PodScene.PodOf(On(node, scene.Space, 0), PodScene.Shell("main", Ignores)));
        await UpAsync(scene, "on-it");
        var process = node.ProcessId(scene.Space, "on-it", "main");

        await node.LosePowerAsync();

        Assert.False(Directory.Exists($"/proc/{process}"));
        var pod = await scene.PodAsync("on-it", p => p.Metadata.DeletionTimestamp is not null && p.Status!.Conditions!.Any(c => c is { Type: "Ready", Status: "False" }), "to be deleted", TimeSpan.FromMinutes(2));
        Assert.Equal("Running", pod.Status!.Phase);
        Assert.Contains(pod.Status.Conditions!, c => c is { Type: "DisruptionTarget", Status: "True", Reason: "DeletionByTaintManager" });

        // It stays until somebody says that the node will not come back.
        await scene.DeleteAsync("on-it", grace: 0);
        await scene.PodGoesAsync("on-it");
        await node.DisposeAsync();
    }

    private static string CommandLine(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "cmdline"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static string On(SmallKubelet node, string key, int seconds) =>
        $$"""
        {
          "nodeSelector": {"kubernetes.io/hostname": "{{node.NodeName}}"},
          "tolerations": [
            {"key": "{{key}}", "operator": "Exists"},
            {"key": "node.kubernetes.io/unreachable", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": {{seconds}} }
          ]
        }
        """;

    private static async Task UpAsync(PodScene scene, string pod)
    {
        await scene.PodRunsAsync(pod);
        await Eventually.TrueAsync(async () => (await scene.LogAsync(pod)).StartsWith("up", StringComparison.Ordinal), $"{pod} to be up");
    }
}
