using Foreman.Agent.Cli;
using Foreman.Agent.RunTask;
using Foreman.Agent.Tests.Support;
using Foreman.Api;
using Foreman.Hosting;
using Foreman.Kubernetes;
using Foreman.Testing;

namespace Foreman.Agent.Tests.RunTask;

public sealed class TaskInPodTests
{
    [Theory, DevCluster, KubeApiServer]
    public async Task A_run_claims_as_its_pod_ends_the_task_and_then_the_pod(IClusterUnderTest cluster)
    {
        using var fleet = await FleetUnderTest.InAsync(cluster);
        using var folder = new TempFolder();
        await AssignAsync(fleet, Placement.Job);

        var run = await RunAsync(fleet, folder, attempt: 1);

        Assert.Equal((ExitCodes.Done, ""), (run.ExitCode, run.Output));
        var ended = await fleet.TaskAsync("t");
        Assert.Equal(TaskPhase.Succeeded, ended.Status.Phase);
        Assert.Equal(("pod/7-7", Placement.Job, AttemptOutcome.Succeeded), (ended.Status.Attempts[0].Holder, ended.Status.Attempts[0].Placement, ended.Status.Attempts[0].Outcome));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task An_attempt_that_the_task_has_left_is_not_run_and_nothing_is_written(IClusterUnderTest cluster)
    {
        using var fleet = await FleetUnderTest.InAsync(cluster);
        using var folder = new TempFolder();
        var assigned = await AssignAsync(fleet, Placement.Job);

        var late = await RunAsync(fleet, folder, attempt: 2);
        var gone = await RunAsync(fleet, folder, attempt: 1, task: "gone");

        Assert.Equal((ExitCodes.Failed, ExitCodes.Failed), (late.ExitCode, gone.ExitCode));
        Assert.Contains("it has attempt 1 by now", late.Error, StringComparison.Ordinal);
        Assert.Contains("the task is gone", gone.Error, StringComparison.Ordinal);
        Assert.Equal(assigned.Metadata.ResourceVersion, (await fleet.TaskAsync("t")).Metadata.ResourceVersion);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_task_that_is_placed_elsewhere_is_left_alone(IClusterUnderTest cluster)
    {
        using var fleet = await FleetUnderTest.InAsync(cluster);
        using var folder = new TempFolder();
        var assigned = await AssignAsync(fleet, Placement.Node);

        Assert.Equal(ExitCodes.Failed, (await RunAsync(fleet, folder, attempt: 1)).ExitCode);

        Assert.Equal(assigned.Metadata.ResourceVersion, (await fleet.TaskAsync("t")).Metadata.ResourceVersion);
    }

    private static async Task<AgenticTask> AssignAsync(FleetUnderTest fleet, Placement placement)
    {
        var task = await fleet.Kubernetes.CreateAsync(new AgenticTask
        {
            Metadata = new() { Name = "t", NamespaceProperty = fleet.Namespace },
            Spec = new() { Kind = TaskKind.Freeform, Placement = placement, Payload = new() { Prompt = "Say hello" } },
        });
        var assignment = new TaskAssignment("a", placement, null, null);
        return await fleet.Kubernetes.PatchAsync<AgenticTask>(TaskWrites.Assign(task, assignment, []), "t", fleet.Namespace, new PatchOptions { Subresource = "status" });
    }

    private static async Task<Commands> RunAsync(FleetUnderTest fleet, TempFolder folder, long attempt, string task = "t")
    {
        var token = folder.Write("token", PodIdentityTests.Token("""{"kubernetes.io":{"namespace":"team","pod":{"name":"fm-1-x","uid":"7-7"}}}"""));
        var flags = new Dictionary<string, string>
        {
            ["kubeconfig"] = fleet.Cluster.AdminKubeconfigPath,
            ["agent-mode"] = "stub",
            ["stub-sleep"] = "0s",
            ["state-dir"] = folder["state"],
            ["workspace-dir"] = folder["work"],
        };
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var settings = SettingsReader.Read(new FlagValues(f => flags.TryGetValue(f.Name, out var value) ? [value] : null, _ => null), _ => null);
        var exitCode = await RunTaskCommand.RunAsync(settings, new(task, fleet.Namespace, attempt) { TokenFile = token }, new ConsoleStreams(output, error, _ => null));
        return new Commands(exitCode, output.ToString(), error.ToString());
    }
}
