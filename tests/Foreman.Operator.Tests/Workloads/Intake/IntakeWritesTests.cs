using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Workloads.Intake;
using Foreman.Testing;
using Foreman.Workloads;

namespace Foreman.Operator.Tests.Workloads.Intake;

/// <summary>Patches as API servers carry them out. An operator of another test would act on the Workloads, so these run alone.</summary>
[Collection(nameof(OneLeader))]
public class IntakeWritesTests
{
    [Theory, DevCluster, KubeApiServer]
    public async Task A_Workload_is_held_and_let_go(IClusterUnderTest cluster)
    {
        await using var scene = await WorkloadScene.StartAsync(cluster);
        var child = await CreateAsync(scene);

        var held = await PatchAsync(scene, IntakeWrites.ToPatch(new SuspendIntake { Child = child, Suspended = true }));
        var free = await PatchAsync(scene, IntakeWrites.ToPatch(new SuspendIntake { Child = held, Suspended = false }));

        Assert.Equal((true, "true"), (held.Spec.Suspend, held.GetAnnotation(Labels.SuspendedByWorkload)));
        Assert.Equal((false, null), (free.Spec.Suspend, free.GetAnnotation(Labels.SuspendedByWorkload)));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_cancelled_Workload_says_why(IClusterUnderTest cluster)
    {
        await using var scene = await WorkloadScene.StartAsync(cluster);

        var cancelled = await PatchAsync(scene, IntakeWrites.ToPatch(new CancelIntake { Child = await CreateAsync(scene), Because = "It was closed." }));

        Assert.Equal((true, "It was closed."), (cancelled.Spec.Cancel, cancelled.GetAnnotation(Labels.CancelledBecause)));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task What_changed_meanwhile_is_not_written_over(IClusterUnderTest cluster)
    {
        await using var scene = await WorkloadScene.StartAsync(cluster);
        var child = await CreateAsync(scene);
        await scene.ChangeAsync("w", new() { ["maxTasks"] = 3 });

        var error = await Assert.ThrowsAsync<KubernetesException>(() => PatchAsync(scene, IntakeWrites.ToPatch(new CancelIntake { Child = child, Because = "x" })));

        Assert.True(error.IsTestFailed, error.Message);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_mark_is_noted_whatever_else_has_changed(IClusterUnderTest cluster)
    {
        await using var scene = await WorkloadScene.StartAsync(cluster);
        var child = await CreateAsync(scene, new Dictionary<string, string> { ["example.com/other"] = "kept" });
        await scene.ChangeAsync("w", new() { ["maxTasks"] = 3 });

        var noted = await PatchAsync(scene, IntakeWrites.Note(new ForgeMark { Child = child, Issue = 1, Key = "k", Text = "t", State = "Done" }, new(2031, 3, 14, 1, 59, 26, TimeSpan.Zero)));

        Assert.Equal(("Done 2031-03-14T01:59:26Z", "kept"), (noted.GetAnnotation(Labels.IntakeMark), noted.GetAnnotation("example.com/other")));
    }

    private static Task<Workload> PatchAsync(WorkloadScene scene, V1Patch patch) => scene.Client.PatchAsync<Workload>(patch, "w", scene.Space);

    private static Task<Workload> CreateAsync(WorkloadScene scene, IReadOnlyDictionary<string, string>? annotations = null) => scene.Client.CreateAsync(new Workload
    {
        Metadata = new() { Name = "w", NamespaceProperty = scene.Space, Annotations = annotations is null ? null : new Dictionary<string, string>(annotations) },
        Spec = new() { Intent = "x", Repo = "o/r", Issues = [1], CoderAgentRef = new() { Name = "coder" } },
    });
}
