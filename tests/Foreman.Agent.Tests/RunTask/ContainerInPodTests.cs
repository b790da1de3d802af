using Foreman.Agent.RunTask;
using Foreman.Agent.Tests.Support;
using Foreman.Api;
using Foreman.Hosting;
using Foreman.Kubernetes;
using Foreman.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Agent.Tests.RunTask;

public sealed class ContainerInPodTests
{
    private static readonly PodIdentity Pod = new("team", "fm-1-x", "7-7", "default");

    [Theory, DevCluster, KubeApiServer]
    public async Task C28_The_attempt_is_claimed_before_the_container_begins_and_its_outputs_are_reported_after_it(IClusterUnderTest cluster)
    {
        using var fleet = await FleetUnderTest.InAsync(cluster);
        using var folder = new TempFolder();
        using var stop = new CancellationTokenSource();
        await AssignAsync(fleet);
        var request = Request(fleet, folder);
        Assert.Equal(ExitCodes.Failed, RunTaskCommand.IsClaimed(request));
        var run = Container(fleet, request).RunAsync(stop.Token, CancellationToken.None);
        await Eventually.TrueAsync(() => RunTaskCommand.IsClaimed(request) == ExitCodes.Done, "the claim");

        var claimed = await fleet.TaskAsync("t");
        Assert.Equal((TaskPhase.Running, "pod/7-7"), (claimed.Status.Phase!.Value, claimed.Status.Claim?.Holder));
        folder.Write("output.json", """{"url":"https://x","n":3}""");
        await stop.CancelAsync();

        Assert.Equal(ExitCodes.Done, await run.WaitAsync(TestDeadline.Default));
        var reported = await fleet.TaskAsync("t");
        var outputs = reported.Status.Outputs!;
        Assert.Equal(("https://x", "3", 2), (outputs["url"], outputs["n"], outputs.Count));
        Assert.Equal(TaskPhase.Running, reported.Status.Phase);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_container_that_is_started_again_has_its_claim_and_another_pod_has_none(IClusterUnderTest cluster)
    {
        using var fleet = await FleetUnderTest.InAsync(cluster);
        using var folder = new TempFolder();
        var task = await AssignAsync(fleet);
        await fleet.Kubernetes.PatchAsync<AgenticTask>(
            TaskWrites.Claim(1, new() { Holder = Pod.Holder, AcquiredAt = DateTimeOffset.UnixEpoch }, first: true, []), task.Name(), fleet.Namespace, new PatchOptions { Subresource = "status" });
        using var stop = new CancellationTokenSource();

        var other = new ContainerInPod(Request(fleet, folder), Pod with { Uid = "8-8" }, fleet.Kubernetes, TimeProvider.System, NullLogger.Instance);
        Assert.Equal(ExitCodes.Failed, await other.RunAsync(stop.Token, stop.Token).WaitAsync(TestDeadline.Default));
        Assert.Equal(ExitCodes.Failed, RunTaskCommand.IsClaimed(Request(fleet, folder)));
        var again = Container(fleet, Request(fleet, folder)).RunAsync(stop.Token, CancellationToken.None);
        await Eventually.TrueAsync(() => RunTaskCommand.IsClaimed(Request(fleet, folder)) == ExitCodes.Done, "the claim");

        await stop.CancelAsync();

        Assert.Equal(ExitCodes.Done, await again.WaitAsync(TestDeadline.Default));
    }

    private static ContainerInPod Container(FleetUnderTest fleet, RunTaskRequest request) => new(request, Pod, fleet.Kubernetes, TimeProvider.System, NullLogger.Instance);

    private static RunTaskRequest Request(FleetUnderTest fleet, TempFolder folder) => new("t", fleet.Namespace, 1)
    {
        IsContainer = true,
        TokenFile = folder.Write("token", PodIdentityTests.Token("""{"kubernetes.io":{"namespace":"team","pod":{"name":"fm-1-x","uid":"7-7"}}}""")),
        OutputFile = folder["output.json"],
        ClaimFile = folder["claimed"],
    };

    private static async Task<AgenticTask> AssignAsync(FleetUnderTest fleet)
    {
        var task = await fleet.Kubernetes.CreateAsync(new AgenticTask
        {
            Metadata = new() { Name = "t", NamespaceProperty = fleet.Namespace },
            Spec = new() { Kind = TaskKind.Freeform, Container = new() { Image = "example.com/coder:1" } },
        });
        var assignment = new TaskAssignment("", Placement.Job, null, null) { RunsInJob = true };
        return await fleet.Kubernetes.PatchAsync<AgenticTask>(TaskWrites.Assign(task, assignment, []), "t", fleet.Namespace, new PatchOptions { Subresource = "status" });
    }
}
