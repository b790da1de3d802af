using System.Collections.Immutable;
using Foreman.Testing.Kubelet;

namespace Foreman.Testing.Tests.Kubelet;

[Trait("Kind", "15")]
public sealed class PodStatusesTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly ContainerState Waits = ContainerState.Waits("ContainerCreating");
    private static readonly ContainerState Runs = new() { Running = new() { StartedAt = Now } };
    private static readonly ContainerState Good = new() { Terminated = new() { ExitCode = 0 } };
    private static readonly ContainerState Bad = new() { Terminated = new() { ExitCode = 1 } };

    [Fact]
    public void A_pod_is_pending_until_a_container_has_run_and_over_only_when_all_has_ended()
    {
        Assert.Equal("Pending", Phase(ended: false, Waits, Waits));
        Assert.Equal("Running", Phase(ended: false, Waits, Runs));
        Assert.Equal("Running", Phase(ended: false, Good, Good));
        Assert.Equal("Succeeded", Phase(ended: true, Good, Good));
        Assert.Equal("Failed", Phase(ended: true, Good, Bad));
        Assert.Equal("Failed", Phase(ended: true, Waits, Waits));
    }

    [Fact]
    public void A_container_that_waits_for_its_next_start_has_run()
    {
        var pod = PodOf("one");
        var progress = Progress(false, ("one", new ContainerProgress { State = Waits, LastState = Bad, RestartCount = 1 }));

        Assert.Equal("Running", PodStatuses.Phase(pod, progress));
        Assert.Equal(1, PodStatuses.Of(pod, progress, [], Now).ContainerStatuses![0].RestartCount);
    }

    [Fact]
    public void A_pod_that_the_kubelet_ended_is_failed_whatever_its_exit_codes()
    {
        var ending = new PodEnding("Evicted", "full", IsDisruption: true);
        var progress = Progress(true, ("one", new ContainerProgress { State = Good })) with { Ending = ending };

        var status = PodStatuses.Of(PodOf("one"), progress, [], Now);

        Assert.Equal(("Failed", "Evicted", "full"), (status.Phase, status.Reason, status.Message));
        Assert.Contains(status.Conditions!, c => c is { Type: "DisruptionTarget", Status: "True", Reason: "TerminationByKubelet" });
    }

    [Fact]
    public void A_condition_that_stays_as_it_is_keeps_its_time()
    {
        var pod = PodOf("one");
        var running = Progress(false, ("one", new ContainerProgress { State = Runs })) with { IsSetUp = true };
        var before = PodStatuses.Of(pod, running, [], Now).Conditions!;

        var after = PodStatuses.Of(pod, running with { Ended = true, Containers = running.Containers.SetItem("one", new() { State = Good }) }, before, Now.AddMinutes(1)).Conditions!;

        Assert.Equal(Now, after.Single(c => c.Type == "Initialized").LastTransitionTime);
        Assert.Equal(Now.AddMinutes(1), after.Single(c => c.Type == "Ready").LastTransitionTime);
        Assert.Equal("PodCompleted", after.Single(c => c.Type == "Ready").Reason);
    }

    private static string Phase(bool ended, ContainerState one, ContainerState two) =>
        PodStatuses.Phase(PodOf("one", "two"), Progress(ended, ("one", new() { State = one }), ("two", new() { State = two })));

    private static Pod PodOf(params string[] names) => new() { Spec = new() { Containers = [.. names.Select(n => new Container { Name = n })] } };

    private static PodProgress Progress(bool ended, params (string Name, ContainerProgress Progress)[] containers) =>
        new() { StartTime = Now, Ended = ended, Containers = containers.ToImmutableDictionary(c => c.Name, c => c.Progress) };
}
