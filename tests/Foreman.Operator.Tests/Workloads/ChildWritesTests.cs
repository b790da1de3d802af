using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Workloads;
using Foreman.Testing;
using Foreman.Workloads;

namespace Foreman.Operator.Tests.Workloads;

/// <summary>Patches as API servers carry them out. An operator of another test would act on the tasks, so these run alone.</summary>
[Collection(nameof(OneLeader))]
public class ChildWritesTests
{
    [Theory, DevCluster, KubeApiServer]
    public async Task A_release_fills_the_task_in_and_lets_it_go_in_one_write(IClusterUnderTest cluster)
    {
        await using var scene = await WorkloadScene.StartAsync(cluster);
        var waiting = await CreateAsync(scene, suspended: true, awaiting: "design, budget");

        var free = await PatchAsync(scene, new ReleaseChild { Task = waiting, Payload = waiting.Spec.Payload with { Prompt = "filled in" }, Budget = new() { Tokens = 5, Seconds = 7 } });

        Assert.Equal(("filled in", (bool?)null, 5L, 7), (free.Spec.Payload.Prompt, free.Spec.Suspend, free.Spec.Budget!.Tokens, free.Spec.Budget.Seconds));
        Assert.Null(free.GetAnnotation(Labels.Awaiting));
        Assert.Equal("kept", free.GetAnnotation("example.com/other"));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task What_stays_is_not_written(IClusterUnderTest cluster)
    {
        await using var scene = await WorkloadScene.StartAsync(cluster);
        var waiting = await CreateAsync(scene, suspended: true, awaiting: "budget");

        var free = await PatchAsync(scene, new ReleaseChild { Task = waiting });

        Assert.Equal((waiting.Spec.Payload.Prompt, (TaskBudget?)null, (bool?)null), (free.Spec.Payload.Prompt, free.Spec.Budget, free.Spec.Suspend));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_release_of_what_changed_meanwhile_fails_as_a_test_that_failed(IClusterUnderTest cluster)
    {
        await using var scene = await WorkloadScene.StartAsync(cluster);
        var waiting = await CreateAsync(scene, suspended: true, awaiting: "design");
        await scene.Client.PatchAsync<AgenticTask>(V1Patch.Merge(new() { ["spec"] = new JsonObject { ["priority"] = 3 } }), waiting.Name(), scene.Space);

        var error = await Assert.ThrowsAsync<KubernetesException>(() => PatchAsync(scene, new ReleaseChild { Task = waiting }));

        Assert.True(error.IsTestFailed, error.Message);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_release_fails_when_somebody_else_has_decided_what_the_task_waits_for(IClusterUnderTest cluster)
    {
        await using var scene = await WorkloadScene.StartAsync(cluster);
        var waiting = await CreateAsync(scene, suspended: true, awaiting: "design");
        var annotations = new JsonObject { ["annotations"] = new JsonObject { [Labels.Awaiting] = "something else" } };
        await scene.Client.PatchAsync<AgenticTask>(V1Patch.Merge(new() { ["metadata"] = annotations }), waiting.Name(), scene.Space);

        var error = await Assert.ThrowsAsync<KubernetesException>(() => PatchAsync(scene, new ReleaseChild { Task = waiting }));

        Assert.True(error.IsTestFailed, error.Message);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_change_is_for_the_task_that_was_looked_at_and_not_for_the_next_one_of_its_name(IClusterUnderTest cluster)
    {
        await using var scene = await WorkloadScene.StartAsync(cluster);
        var first = await CreateAsync(scene, suspended: null, awaiting: null);
        await scene.Client.DeleteAsync<AgenticTask>(first.Name(), scene.Space);
        await CreateAsync(scene, suspended: null, awaiting: null);

        var error = await Assert.ThrowsAsync<KubernetesException>(() => PatchAsync(scene, new CancelChild { Task = first }));

        Assert.True(error.IsTestFailed, error.Message);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Suspending_and_resuming_leave_the_task_as_it_was(IClusterUnderTest cluster)
    {
        await using var scene = await WorkloadScene.StartAsync(cluster);
        foreach (var suspended in (bool?[])[null, false])
        {
            var task = await CreateAsync(scene, suspended, awaiting: null);

            var held = await PatchAsync(scene, new SuspendChild { Task = task, Suspended = true });
            var free = await PatchAsync(scene, new SuspendChild { Task = held, Suspended = false });

            Assert.Equal((true, "true"), (held.Spec.Suspend, held.GetAnnotation(Labels.SuspendedByWorkload)));
            Assert.Equal((null, null, "kept"), (free.Spec.Suspend, free.GetAnnotation(Labels.SuspendedByWorkload), free.GetAnnotation("example.com/other")));
            await scene.Client.DeleteAsync<AgenticTask>(task.Name(), scene.Space);
        }
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task The_first_annotation_of_a_task_does_not_take_away_one_that_came_meanwhile(IClusterUnderTest cluster)
    {
        await using var scene = await WorkloadScene.StartAsync(cluster);
        var bare = await scene.CreateForeignTaskAsync("bare");
        Assert.Equal(0, bare.Metadata.Annotations?.Count ?? 0);
        var changed = await scene.Client.PatchAsync<AgenticTask>(
            V1Patch.Merge(new() { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["example.com/other"] = "mine" } } }), "bare", scene.Space);

        var error = await Assert.ThrowsAsync<KubernetesException>(() => PatchAsync(scene, new SuspendChild { Task = bare, Suspended = true }));
        var held = await PatchAsync(scene, new SuspendChild { Task = changed, Suspended = true });

        Assert.True(error.IsTestFailed || error.IsConflict, error.Message);
        Assert.Equal(("mine", true), (held.GetAnnotation("example.com/other"), held.Spec.Suspend));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_task_without_annotations_is_suspended_as_well(IClusterUnderTest cluster)
    {
        await using var scene = await WorkloadScene.StartAsync(cluster);

        var held = await PatchAsync(scene, new SuspendChild { Task = await scene.CreateForeignTaskAsync("bare"), Suspended = true });

        Assert.Equal((true, "true"), (held.Spec.Suspend, held.GetAnnotation(Labels.SuspendedByWorkload)));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Tasks_that_are_gone_are_followed_no_more(IClusterUnderTest cluster)
    {
        await using var scene = await WorkloadScene.StartAsync(cluster);
        var task = await scene.Client.PatchAsync<AgenticTask>(
            V1Patch.Merge(new() { ["spec"] = new JsonObject { ["dependsOn"] = new JsonArray("w-a", "w-b") } }), (await CreateAsync(scene, null, null)).Name(), scene.Space);

        var one = await PatchAsync(scene, new ForgetUpstream { Task = task, DependsOn = ["w-b"] });
        var none = await PatchAsync(scene, new ForgetUpstream { Task = one, DependsOn = [] });

        Assert.Equal(["w-b"], one.Spec.DependsOn!);
        Assert.Null(none.Spec.DependsOn);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_task_that_is_skipped_keeps_why(IClusterUnderTest cluster)
    {
        await using var scene = await WorkloadScene.StartAsync(cluster);

        var skipped = await PatchAsync(scene, new CancelChild { Task = await CreateAsync(scene, null, null), Because = "Step a had nothing to do.", IsSkipped = true });

        Assert.True(skipped.Spec.Cancel);
        Assert.Equal(("Step a had nothing to do.", null), (skipped.GetAnnotation(Labels.SkippedBecause), skipped.GetAnnotation(Labels.CancelledBecause)));
    }

    private static Task<AgenticTask> CreateAsync(WorkloadScene scene, bool? suspended, string? awaiting)
    {
        var annotations = new Dictionary<string, string> { ["example.com/other"] = "kept" };
        if (awaiting is not null)
        {
            annotations[Labels.Awaiting] = awaiting;
        }

        return scene.Client.CreateAsync(new AgenticTask
        {
            Metadata = new() { Name = "t", NamespaceProperty = scene.Space, Annotations = annotations },
            Spec = new() { Kind = TaskKind.Freeform, Payload = new() { Prompt = "Say hello." }, Suspend = suspended },
        });
    }

    private static Task<AgenticTask> PatchAsync(WorkloadScene scene, ChildChange change) =>
        scene.Client.PatchAsync<AgenticTask>(ChildWrites.ToPatch(change), change.Task.Name(), scene.Space);
}
