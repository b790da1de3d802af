using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Tests.Fakes;
using Foreman.Operator.Tests.Hosting;
using Foreman.Operator.Workloads;
using Foreman.Testing;
using Foreman.Testing.Faults;

namespace Foreman.Operator.Tests.Workloads;

/// <summary>What is known of tasks, with the caches up to date and behind. An operator of another test would act on the tasks, so these run alone.</summary>
[Collection(nameof(OneLeader))]
public class WorkloadChildrenTests
{
    private static readonly Workload Owner = new() { Metadata = new() { Name = "w", NamespaceProperty = "team", Uid = "1" } };

    [Theory]
    [InlineData("w", null, true)]
    [InlineData("w", "1", true)]
    [InlineData("", "1", true)]
    [InlineData("other", "1", true)]
    [InlineData("w", "2", false)]
    [InlineData("other", null, false)]
    [InlineData("", null, false)]
    public void A_task_is_a_Workloads_when_that_owns_it_or_its_label_says_so_and_nobody_owns_it(string label, string? owner, bool isChild)
    {
        var metadata = new V1ObjectMeta
        {
            Name = "t",
            NamespaceProperty = "team",
            Labels = label.Length > 0 ? new Dictionary<string, string> { [Labels.Workload] = label } : null,
            OwnerReferences = owner is null ? null : [new() { ApiVersion = Workload.Type.ApiVersion, Kind = "Workload", Name = "w", Uid = owner, Controller = true }],
        };

        Assert.Equal(isChild, WorkloadChildren.IsChild(new() { Metadata = metadata }, Owner));
        Assert.False(label == "w" && owner is null && WorkloadChildren.IsChild(new() { Metadata = metadata with { NamespaceProperty = "elsewhere" } }, Owner));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task The_newer_one_of_what_was_answered_and_what_a_watch_told_counts(IClusterUnderTest cluster)
    {
        await using var scene = await Scene.StartAsync(cluster);
        var first = await scene.CreateAsync("w-a");
        var second = await scene.PriorityAsync(first, 2);
        await scene.CaughtUpAsync(second);
        scene.Memory.Note(first, scene.Time.GetTimestamp());

        Assert.Equal(2, Assert.Single(await scene.Children.OfAsync(scene.Workload, default)).Spec.Priority);
        Assert.Empty(scene.Memory.Tasks);
        await scene.HoldAsync();
        scene.Memory.Note(await scene.PriorityAsync(second, 3), scene.Time.GetTimestamp());
        Assert.Equal(3, Assert.Single(await scene.Children.OfAsync(scene.Workload, default)).Spec.Priority);
        Assert.Single(scene.Memory.Tasks);
        Assert.Equal((false, 0), (scene.Children.CountsUnseen, scene.Client.Reads));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_task_that_no_watch_tells_of_is_believed_for_a_while_and_then_asked_for(IClusterUnderTest cluster)
    {
        await using var scene = await Scene.StartAsync(cluster);
        await scene.HoldAsync();
        var task = await scene.CreateAsync("w-a");
        scene.Memory.Note(task, scene.Time.GetTimestamp());

        Assert.Single(await scene.Children.OfAsync(scene.Workload, default));
        Assert.Equal((true, 0), (scene.Children.CountsUnseen, scene.Client.Reads));
        scene.Time.Advance(WorkloadChildren.Believed);
        Assert.Single(await scene.Children.OfAsync(scene.Workload, default));
        Assert.Equal((true, 1), (scene.Children.CountsUnseen, scene.Client.Reads));
        await scene.DeleteAsync(task);
        scene.Time.Advance(WorkloadChildren.Believed);
        Assert.Empty(await scene.Children.OfAsync(scene.Workload, default));
        Assert.Equal((false, 2), (scene.Children.CountsUnseen, scene.Client.Reads));
        Assert.Empty(scene.Memory.Tasks);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_task_that_the_status_has_under_way_is_asked_for_and_one_that_had_ended_is_not(IClusterUnderTest cluster)
    {
        await using var scene = await Scene.StartAsync(cluster);
        await scene.HoldAsync();
        await scene.CreateAsync("w-a");
        WorkloadStep[] plan =
        [
            new() { Name = "a", Task = "w-a", State = StepState.Running },
            new() { Name = "gone", Task = "w-gone", State = StepState.Pending },
            new() { Name = "done", Task = "w-done", State = StepState.Succeeded },
            new() { Name = "later", State = StepState.Planned },
        ];

        var found = await scene.Children.OfAsync(scene.Workload with { Status = new() { Plan = plan } }, default);

        Assert.Equal(("w-a", 2), (Assert.Single(found).Name(), scene.Client.Reads));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Asking_finds_what_the_caches_lack_and_only_of_this_Workload(IClusterUnderTest cluster)
    {
        await using var scene = await Scene.StartAsync(cluster);
        await scene.HoldAsync();
        await scene.CreateAsync("w-a");
        await scene.Workloads.CreateForeignTaskAsync("w-b");

        var fresh = await scene.Children.AskAsync(scene.Workload, default);

        Assert.Equal(scene.Workload.Uid(), fresh!.Uid());
        Assert.True(scene.Memory.KnowsChildren);
        Assert.Equal("w-a", Assert.Single(await scene.Children.OfAsync(fresh!, default)).Name());
    }

    [Theory, DevCluster]
    public async Task Asking_about_a_Workload_that_is_gone_gives_nothing(IClusterUnderTest cluster)
    {
        await using var scene = await Scene.StartAsync(cluster);
        await scene.Workloads.Client.DeleteAsync<Workload>("w", scene.Workloads.Space);

        Assert.Null(await scene.Children.AskAsync(scene.Workload, default));
        Assert.False(scene.Memory.KnowsChildren);
    }

    /// <summary>A Workload, and caches behind a proxy that can hold back what they are told.</summary>
    private sealed class Scene : IAsyncDisposable
    {
        private readonly FaultProxy _proxy;
        private readonly KubernetesClient _watching;
        private readonly FollowedCaches _caches;

        private Scene(WorkloadScene workloads, Workload workload, FaultProxy proxy, KubernetesClient watching, FollowedCaches caches)
        {
            (Workloads, Workload, _proxy, _watching, _caches) = (workloads, workload, proxy, watching, caches);
            Client = new(workloads.Client);
            Children = new(caches.Caches, Memory, Client, Time);
        }

        public WorkloadScene Workloads { get; }

        public Workload Workload { get; }

        public WorkloadMemory Memory { get; } = new("1");

        public ManualTimeProvider Time { get; } = new();

        public CrashingKubernetes Client { get; }

        public WorkloadChildren Children { get; }

        public static async Task<Scene> StartAsync(IClusterUnderTest cluster)
        {
            var workloads = await WorkloadScene.StartAsync(cluster);
            var workload = await workloads.CreateAsync("w", new WorkloadSpec { Intent = "x" });
            var proxy = await FaultProxy.StartAsync(cluster);
            var watching = new KubernetesClient(proxy.Configuration);
            return new(workloads, workload, proxy, watching, await FollowedCaches.StartAsync(watching));
        }

        public Task<AgenticTask> CreateAsync(string name) => Workloads.Client.CreateAsync(new AgenticTask
        {
            Metadata = new V1ObjectMeta
            {
                Name = name,
                NamespaceProperty = Workloads.Space,
                Labels = new Dictionary<string, string> { [Labels.Workload] = "w" },
            }.WithOwner(Workload),
            Spec = new() { Kind = TaskKind.Freeform, Payload = new() { Prompt = "Say hello." } },
        });

        public Task<AgenticTask> PriorityAsync(AgenticTask task, int priority) => Workloads.Client.PatchAsync<AgenticTask>(
            V1Patch.Merge(new() { ["spec"] = new System.Text.Json.Nodes.JsonObject { ["priority"] = priority } }), task.Name(), Workloads.Space);

        public Task DeleteAsync(AgenticTask task) => Workloads.Client.DeleteAsync<AgenticTask>(task.Name(), Workloads.Space);

        public Task CaughtUpAsync(AgenticTask task) => Eventually.TrueAsync(
            () => _caches.Caches.Tasks.Store.Get(task.Name(), Workloads.Space)?.ResourceVersion() == task.ResourceVersion(), "the caches to have caught up");

        /// <summary>From now on a watch of tasks is open and tells nothing.</summary>
        public async Task HoldAsync()
        {
            var held = _proxy.Inject(CallMatch.Watches("agentictasks"), new Fault.HoldEvents(new TaskCompletionSource().Task));
            _proxy.ResetConnections();
            await held.WaitAsync();
        }

        public async ValueTask DisposeAsync()
        {
            await _caches.DisposeAsync();
            _watching.Dispose();
            await _proxy.DisposeAsync();
            await Workloads.DisposeAsync();
        }
    }
}
