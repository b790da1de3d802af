using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Jobs;
using Foreman.Kubernetes;
using Foreman.Operator.Backends;
using Foreman.Scheduling;
using Foreman.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using JobObject = Foreman.Kubernetes.ModelObject<k8s.Models.V1Job, Foreman.Jobs.JobFormat>;
using PodObject = Foreman.Kubernetes.ModelObject<k8s.Models.V1Pod, Foreman.Jobs.PodFormat>;

namespace Foreman.Operator.Tests.Backends;

/// <summary>The backend of Jobs against a real API server, without controllers and kubelets: what those would write, the tests write.</summary>
public sealed class JobBackendTests
{
    [Theory, KubeApiServer]
    public async Task J28_O32_A_Job_is_created_once_and_found_again_by_a_new_operator(IClusterUnderTest cluster)
    {
        await using var scene = await Scene.StartAsync(cluster);
        await scene.AssignAsync("t");
        var job = await scene.JobAsync("t");
        await scene.RestartAsync();
        await scene.PodAsync("t", """{"phase":"Running"}""");

        await scene.ObservedAsync("t", holder => holder.End is null);

        Assert.Equal(job.Metadata.Uid, Assert.Single(await scene.JobsAsync()).Metadata.Uid);
    }

    [Theory, KubeApiServer]
    public async Task J4_The_rights_that_the_chart_grants_are_enough(IClusterUnderTest cluster)
    {
        await using var scene = await Scene.StartAsync(cluster, hasRightsOfChart: true);
        await scene.AssignAsync("t");
        await scene.JobAsync("t");
        await scene.RestartAsync();
        await scene.PodAsync("t", """{"phase":"Running"}""");
        await scene.ObservedAsync("t", holder => holder.End is null);

        await scene.PatchAsync("t", task => TaskWrites.TakeBack(task, new() { Attempt = 1, Outcome = AttemptOutcome.Preempted }, []));

        await scene.NoJobAsync();
    }

    [Theory, KubeApiServer]
    public async Task J5_Without_rights_a_task_is_refused_and_told_what_to_grant(IClusterUnderTest cluster)
    {
        await using var scene = await Scene.StartAsync(cluster, hasRightsOfChart: false);
        await scene.AssignAsync("t");

        var holder = await scene.ObservedAsync("t", h => h.End is not null);

        Assert.Equal((AttemptOutcome.Failed, "JobCreate"), (holder.End!.Outcome, holder.End.Reason));
        Assert.Contains("grant the operator what it lacks in this namespace", holder.End.Message, StringComparison.Ordinal);
    }

    [Theory, KubeApiServer]
    public async Task J16_A_Job_of_somebody_else_is_never_taken(IClusterUnderTest cluster)
    {
        await using var scene = await Scene.StartAsync(cluster);
        var task = await scene.CreateAsync("t");
        var foreign = await scene.ForeignJobAsync(JobNames.Of(task.Uid(), 1));
        await scene.AssignAsync("t");

        var holder = await scene.ObservedAsync("t", h => h.End is not null);

        Assert.Equal((AttemptOutcome.Failed, "JobCreate"), (holder.End!.Outcome, holder.End.Reason));
        Assert.Contains("is there that is not this task's", holder.End.Message, StringComparison.Ordinal);
        Assert.Equal(foreign.Metadata.Uid, Assert.Single(await scene.JobsAsync()).Metadata.Uid);
    }

    [Theory, KubeApiServer]
    public async Task O21_How_a_pod_ended_is_observed(IClusterUnderTest cluster)
    {
        await using var scene = await Scene.StartAsync(cluster);
        await scene.AssignAsync("t");
        await scene.JobAsync("t");
        await scene.PodAsync(
            "t",
            """
            {"phase":"Failed","containerStatuses":[{"name":"task","image":"i","imageID":"","ready":false,"restartCount":0,
            "state":{"terminated":{"exitCode":137,"reason":"OOMKilled","startedAt":"2020-01-01T00:00:00Z","finishedAt":"2020-01-01T00:01:00Z"}}}]}
            """);

        var holder = await scene.ObservedAsync("t", h => h.End is not null);

        Assert.Equal((1L, AttemptOutcome.Failed, "ContainerOOM"), (holder.Attempt, holder.End!.Outcome, holder.End.Reason));
    }

    [Theory, KubeApiServer]
    public async Task J22_O30_A_task_that_is_taken_back_takes_its_Job_along(IClusterUnderTest cluster)
    {
        await using var scene = await Scene.StartAsync(cluster);
        await scene.AssignAsync("t");
        await scene.JobAsync("t");

        await scene.PatchAsync("t", task => TaskWrites.TakeBack(task, new() { Attempt = 1, Outcome = AttemptOutcome.Preempted }, []));

        await scene.NoJobAsync();
    }

    [Theory, KubeApiServer]
    public async Task J28_A_Job_whose_task_was_taken_back_while_no_operator_was_there_goes_too(IClusterUnderTest cluster)
    {
        await using var scene = await Scene.StartAsync(cluster);
        await scene.AssignAsync("t");
        await scene.JobAsync("t");
        await scene.StopAsync();
        await scene.PatchAsync("t", task => TaskWrites.TakeBack(task, new() { Attempt = 1, Outcome = AttemptOutcome.Preempted }, []));

        await scene.RestartAsync();

        await scene.NoJobAsync();
    }

    [Theory, KubeApiServer]
    public async Task O28_A_Job_that_succeeded_goes_with_the_end_of_its_task(IClusterUnderTest cluster)
    {
        await using var scene = await Scene.StartAsync(cluster);
        await scene.AssignAsync("t");
        var job = await scene.JobAsync("t");
        await scene.PatchAsync("t", _ => TaskWrites.Claim(1, new() { Holder = "pod/7", AcquiredAt = DateTimeOffset.UnixEpoch }, first: true, []));
        await scene.PatchAsync("t", _ => TaskWrites.End(1, "pod/7", new() { Phase = TaskPhase.Succeeded, Verdict = Verdict.Go, FinishedAt = DateTimeOffset.UnixEpoch }));

        await scene.EndAsync(job);

        await scene.NoJobAsync();
    }

    [Theory, KubeApiServer]
    public async Task Without_an_image_a_task_is_refused_and_no_Job_is_made(IClusterUnderTest cluster)
    {
        await using var scene = await Scene.StartAsync(cluster, JobsConfig.Default);
        await scene.AssignAsync("t");

        var holder = await scene.ObservedAsync("t", h => h.End is not null);

        Assert.Equal("JobCreate", holder.End!.Reason);
        Assert.StartsWith("--jobs-config image: it is empty", holder.End.Message, StringComparison.Ordinal);
        Assert.Empty(await scene.JobsAsync());
    }

    [Theory, KubeApiServer]
    public async Task O33_No_more_Jobs_are_made_than_may_run_at_once(IClusterUnderTest cluster)
    {
        await using var scene = await Scene.StartAsync(cluster, Scene.Config with { MaxConcurrentTasks = 1 });
        await scene.AssignAsync("first");
        await scene.JobAsync("first");
        await scene.AssignAsync("second");
        await scene.PodAsync("first", """{"phase":"Running"}""");
        await scene.ObservedAsync("first", holder => holder.End is null);
        Assert.Single(await scene.JobsAsync());

        await scene.PatchAsync("first", task => TaskWrites.TakeBack(task, new() { Attempt = 1, Outcome = AttemptOutcome.Preempted }, []));

        await scene.JobAsync("second");
    }

    /// <summary>A namespace with tasks, and the backend of an operator that follows them.</summary>
    private sealed class Scene : IAsyncDisposable
    {
        private static readonly PatchOptions Status = new() { Subresource = "status" };

        private readonly KubernetesClient _client;
        private readonly KubernetesClient _own;
        private readonly string _space;
        private readonly JobsConfig _config;
        private readonly CancellationTokenSource _end = new();
        private readonly Reflector<AgenticTask> _tasks;
        private readonly Task _following;
        private JobBackend? _jobs;
        private ExecutionBackends? _backends;

        private Scene(KubernetesClient client, KubernetesClient own, string space, JobsConfig config)
        {
            (_client, _own, _space, _config) = (client, own, space, config);
            _tasks = new(client, new() { Namespaces = [space] });
            _following = _tasks.RunAsync(_end.Token);
        }

        public static JobsConfig Config { get; } = JobsConfig.Default with { Image = "example.com/foreman:1" };

        /// <param name="cluster">The API server.</param>
        /// <param name="config">What holds for all Jobs.</param>
        /// <param name="hasRightsOfChart">True for an operator with those rights and no others, false for one with none, null for one with all.</param>
        public static async Task<Scene> StartAsync(IClusterUnderTest cluster, JobsConfig? config = null, bool? hasRightsOfChart = null)
        {
            await ForemanDefinitions.InstallAsync(cluster);
            var space = await cluster.NewNamespaceAsync("jobs");
            var own = Client(hasRightsOfChart is null ? cluster.AdminKubeconfigPath : await cluster.KubeconfigForAsync("operator", space));
            if (hasRightsOfChart == true)
            {
                await cluster.Kubectl.ApplyAsync(RightsOfChart(space));
                await Eventually.TrueAsync(
                    async () => (await own.CreateAsync(V1SelfSubjectAccessReview.Of("create", JobFormat.Type, space))).Status?.Allowed == true, "the rights of the operator");
            }

            var scene = new Scene(Client(cluster.AdminKubeconfigPath), own, space, config ?? Config);
            await scene._tasks.Ready;
            await scene.RestartAsync();
            return scene;
        }

        /// <summary>A new operator in the place of the one before.</summary>
        public async Task RestartAsync()
        {
            await StopAsync();
            _jobs = new JobBackend(_own, _tasks.Store, new Store<Agent>(), _config, TimeProvider.System, NullLogger.Instance);
            _backends = new ExecutionBackends(_jobs);
            _backends.Follow(_tasks.Store);
        }

        public async Task StopAsync()
        {
            _backends?.Dispose();
            if (_jobs is not null)
            {
                await _jobs.DisposeAsync();
            }

            (_backends, _jobs) = (null, null);
        }

        public Task<AgenticTask> CreateAsync(string name) => _client.CreateAsync(new AgenticTask
        {
            Metadata = new() { Name = name, NamespaceProperty = _space },
            Spec = new() { Kind = TaskKind.Freeform, Placement = Placement.Job, Payload = new() { Prompt = "Say hello" } },
        });

        public async Task AssignAsync(string name)
        {
            _ = await _client.TryReadAsync<AgenticTask>(name, _space) ?? await CreateAsync(name);
            await PatchAsync(name, task => TaskWrites.Assign(task, new TaskAssignment("a", Placement.Job, null, null) { RunsInJob = true }, []));
        }

        public async Task PatchAsync(string name, Func<AgenticTask, V1Patch> write) =>
            await _client.PatchAsync<AgenticTask>(write(await ReadAsync(name)), name, _space, Status);

        public Task<AgenticTask> ReadAsync(string name) => _client.ReadAsync<AgenticTask>(name, _space);

        /// <summary>All Jobs but the one that rights are tried with.</summary>
        public async Task<IReadOnlyList<JobObject>> JobsAsync() =>
            [.. (await _client.ListAsync<JobObject>(_space)).Items.Where(j => !j.Name().StartsWith("fm-preflight-", StringComparison.Ordinal))];

        /// <summary>The Job of a task, by the name that stands in its status.</summary>
        public async Task<JobObject> JobAsync(string task)
        {
            var name = (await ReadAsync(task)).Status.JobName!;
            return await Eventually.GetAsync(() => _client.TryReadAsync<JobObject>(name, _space), $"Job {name}");
        }

        public Task NoJobAsync() => Eventually.TrueAsync(async () => (await JobsAsync()).Count == 0, "the Jobs to be gone");

        /// <summary>What the scheduler is told of a task, once it is so.</summary>
        public Task<JobHolder> ObservedAsync(string task, Func<JobHolder, bool> isSo) => Eventually.GetAsync(
            async () => _jobs!.Observe(await ReadAsync(task)) is JobHolder holder && isSo(holder) ? holder : null, $"task {task} to be observed");

        /// <summary>The pod of a task's Job, as the controller and a kubelet would write it.</summary>
        public async Task PodAsync(string task, string status)
        {
            var job = (await JobAsync(task)).Model;
            await EnsureServiceAccountAsync();
            var labels = job.Spec.Template.Metadata.Labels.Where(l => l.Key.StartsWith(Labels.Prefix, StringComparison.Ordinal) || l.Key.StartsWith("app.kubernetes.io/", StringComparison.Ordinal));
            var metadata = new k8s.Models.V1ObjectMeta { Name = job.Metadata.Name + "-x", NamespaceProperty = _space, Labels = labels.ToDictionary(StringComparer.Ordinal) };
            var pod = new k8s.Models.V1Pod { ApiVersion = "v1", Kind = "Pod", Metadata = metadata, Spec = job.Spec.Template.Spec };
            await _client.CreateAsync(new PodObject(pod));
            await _client.PatchAsync<PodObject>(V1Patch.Merge(new JsonObject { ["status"] = JsonNode.Parse(status) }), metadata.Name, _space, Status);
        }

        /// <summary>The Job's end, as its controller would write it.</summary>
        public Task EndAsync(JobObject job) => _client.PatchAsync<JobObject>(
            V1Patch.Merge((JsonObject)JsonNode.Parse(
                """
                {"status":{"startTime":"2020-01-01T00:00:00Z","completionTime":"2020-01-01T00:01:00Z","succeeded":1,"conditions":[
                {"type":"SuccessCriteriaMet","status":"True","reason":"CompletionsReached","lastProbeTime":"2020-01-01T00:01:00Z","lastTransitionTime":"2020-01-01T00:01:00Z"},
                {"type":"Complete","status":"True","reason":"CompletionsReached","lastProbeTime":"2020-01-01T00:01:00Z","lastTransitionTime":"2020-01-01T00:01:00Z"}]}}
                """)!),
            job.Metadata.Name!,
            _space,
            Status);

        public Task<JobObject> ForeignJobAsync(string name) => _client.CreateAsync(new JobObject(new k8s.Models.V1Job
        {
            ApiVersion = "batch/v1",
            Kind = "Job",
            Metadata = new() { Name = name, NamespaceProperty = _space },
            Spec = new() { Template = new() { Spec = new() { RestartPolicy = "Never", Containers = [new() { Name = "c", Image = "i" }] } } },
        }));

        public async ValueTask DisposeAsync()
        {
            await StopAsync();
            await _end.CancelAsync();
            await _following;
            _client.Dispose();
            _own.Dispose();
            _end.Dispose();
        }

        private static KubernetesClient Client(string kubeconfig) => new(KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig));

        // The last role of the template is that of the operator.
        private static string RightsOfChart(string space)
        {
            var template = File.ReadAllText(RepositoryRoot.At("charts/foreman/templates/jobs.yaml"));
            var rules = template[template.LastIndexOf("rules:", StringComparison.Ordinal)..];
            return $$"""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: operator-jobs, namespace: {{space}}}
                {{rules[..rules.IndexOf("---", StringComparison.Ordinal)]}}
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: operator-jobs, namespace: {{space}}}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: operator-jobs}
                subjects: [{kind: ServiceAccount, name: operator, namespace: {{space}}}]
                """;
        }

        // Without a controller a namespace has none, and no pod is taken.
        private async Task EnsureServiceAccountAsync()
        {
            if (await _client.TryReadAsync<V1ServiceAccount>("default", _space) is null)
            {
                await _client.CreateAsync(new V1ServiceAccount { Metadata = new() { Name = "default", NamespaceProperty = _space } });
            }
        }
    }
}
