using System.Text.Json.Nodes;
using Foreman.Kubernetes;
using Foreman.Testing.Kubelet;

namespace Foreman.Testing.Tests.Kubelet.Scenarios;

[Trait("Kind", "15")]
public sealed class JobTests
{
    private static readonly JsonObject Endless = PodScene.PodOf("""{"terminationGracePeriodSeconds":1}""", PodScene.Shell("main", "exec sleep 1000"));

    [Fact]
    public async Task A_job_whose_container_ends_well_is_complete()
    {
        var scene = await PodScene.NewAsync();

        await scene.RunJobAsync("good", """{"backoffLimit":0}""", PodScene.PodOf("{}", PodScene.Shell("main", "echo done")));
        await scene.JobEndsAsync("good", "Complete");

        var pod = await scene.PodOfJobAsync("good");
        var ended = Assert.Single(pod.Status!.ContainerStatuses!).State.Terminated;
        Assert.Equal("Succeeded", pod.Status.Phase);
        Assert.Equal(scene.Cluster.Kubelet.NodeName, pod.Spec.NodeName);
        Assert.Equal((0, "Completed"), (ended!.ExitCode, ended.Reason));
        Assert.Equal("done\n", await scene.LogAsync(pod.Name()));
        Assert.Empty(scene.Cluster.Kubelet.Problems);
    }

    [Fact]
    public async Task A_job_whose_container_fails_is_failed_and_the_pod_tells_the_exit_code()
    {
        var scene = await PodScene.NewAsync();

        await scene.RunJobAsync("bad", """{"backoffLimit":0}""", PodScene.PodOf("{}", PodScene.Shell("main", "exit 7")));
        await scene.JobEndsAsync("bad", "Failed");

        var pod = await scene.PodOfJobAsync("bad");
        var ended = Assert.Single(pod.Status!.ContainerStatuses!).State.Terminated;
        Assert.Equal("Failed", pod.Status.Phase);
        Assert.Equal((7, "Error"), (ended!.ExitCode, ended.Reason));
    }

    [Fact]
    public async Task A_job_over_its_deadline_is_failed_and_its_pod_ended()
    {
        var scene = await PodScene.NewAsync();

        await scene.RunJobAsync("late", """{"backoffLimit":0,"activeDeadlineSeconds":2}""", (JsonObject)Endless.DeepClone());
        await scene.JobEndsAsync("late", "Failed");

        Assert.Contains("DeadlineExceeded", (await scene.JobAsync("late")).ToJsonString(), StringComparison.Ordinal);
        await Eventually.TrueAsync(async () => (await scene.Client.ListAsync<Pod>(scene.Space)).Items.Count == 0, "its pod to be gone");
    }

    [Fact]
    public async Task A_finished_job_goes_with_its_pod_after_its_time_to_live()
    {
        var scene = await PodScene.NewAsync();

        await scene.RunJobAsync("short", """{"ttlSecondsAfterFinished":1}""", PodScene.PodOf("{}", PodScene.Shell("main", "true")));

        // It may be gone before it is seen finished.
        await Eventually.TrueAsync(async () => (await scene.JobAsync("short")).Count == 0, "the Job to be gone", TimeSpan.FromMinutes(1));
        await Eventually.TrueAsync(async () => (await scene.Client.ListAsync<Pod>(scene.Space)).Items.Count == 0, "its pod to be gone", TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_deleted_job_takes_its_running_pod_with_it()
    {
        var scene = await PodScene.NewAsync();
        await scene.RunJobAsync("gone", "{}", (JsonObject)Endless.DeepClone());
        await Eventually.TrueAsync(
            async () => (await scene.Client.ListAsync<Pod>(scene.Space)).Items is [{ Status.Phase: "Running" }], "its pod to run", TimeSpan.FromMinutes(1));
        var pod = await scene.PodOfJobAsync("gone");
        var process = scene.Cluster.Kubelet.ProcessId(scene.Space, pod.Name(), "main")!.Value;

        await scene.Client.Dynamic.DeleteAsync(
            new(await scene.Client.Dynamic.ResolveAsync("batch/v1", "Job"), "gone", scene.Space), new() { PropagationPolicy = PropagationPolicy.Background });

        await scene.PodGoesAsync(pod.Name());
        Assert.False(Directory.Exists($"/proc/{process}"));
    }

    [Fact]
    public async Task A_cron_job_makes_jobs_that_run()
    {
        Assert.SkipUnless(LongRun.IsOn, "it takes up to a minute: set FOREMAN_TEST_LONG=1");
        var scene = await PodScene.NewAsync();
        var job = new JsonObject { ["spec"] = new JsonObject { ["template"] = new JsonObject { ["spec"] = PodScene.PodOf("{}", PodScene.Shell("main", "true")) } } };

        await scene.CreateAsync("batch/v1", "CronJob", "minutely", new JsonObject { ["schedule"] = "* * * * *", ["jobTemplate"] = job });

        await Eventually.TrueAsync(
            async () => (await scene.Client.ListAsync<Pod>(scene.Space)).Items.Any(p => p.Status?.Phase == "Succeeded"), "a pod of it to succeed", TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task A_pod_for_which_no_node_fits_waits_and_the_scheduler_says_so()
    {
        var scene = await PodScene.NewAsync();

        await scene.RunAsync("lost", PodScene.PodOf("""{"nodeSelector":{"place":"nowhere"}}""", PodScene.Shell("main", "true")));

        var pod = await scene.PodAsync("lost", p => p.Status?.Conditions?.Any(c => c is { Type: "PodScheduled", Status: "False", Reason: "Unschedulable" }) == true, "to be unschedulable");
        Assert.Equal("Pending", pod.Status!.Phase);
    }
}
