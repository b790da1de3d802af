using System.Collections.Concurrent;
using System.Globalization;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Tests.Hosting;
using Foreman.Testing;

namespace Foreman.Operator.Tests.Scenarios;

/// <summary>
/// Many Workloads at once with a real operator and hosts whose runs only wait: five of seven steps, or as many as
/// <c>FOREMAN_TEST_SEEDS</c> says, of twenty steps (<c>.ci/long workloads</c>: fifty).
/// </summary>
public sealed class ManyWorkloadsTests
{
    private const int Few = 5;
    private const int Hosts = 2;

    private static readonly int Count = LongRun.Seeds(quick: Few, full: Few);
    private static readonly int StepCount = Count > Few ? 20 : 7;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(Count > Few ? 15 : 2);
    private const string Later = "later";

    [Theory, DevCluster(ForOperators = true), KubeApiServer(ForOperators = true)]
    public async Task Every_workload_ends_with_one_task_a_step_in_the_order_of_the_longest_path_and_is_left_alone_then(IClusterUnderTest cluster)
    {
        await using var fleet = await TestOperator.StartAsync(cluster);
        var space = await cluster.NewNamespaceAsync();
        await fleet.Client.CreateAsync(new Agent
        {
            Metadata = new() { Name = "writer", NamespaceProperty = space },
            Spec = new() { Role = AgentRole.Coder, SystemPrompt = "You work.", Tools = ["submit_result"] },
        });
        await using var followed = await Followed.StartAsync(fleet.Client, space);
        await Task.WhenAll(Enumerable.Range(0, Count).Select(number => fleet.Client.CreateAsync(
            new Workload { Metadata = new() { Name = Named("w", number), NamespaceProperty = space }, Spec = new() { Intent = "x", Pipeline = Pipeline() } })));

        // With all tasks there, what is first in the queue does not hang on when a task was made.
        await Eventually.TrueAsync(() => followed.Tasks.Count == Count * StepCount, "a task for each step", Patience);
        await using (await StubHost.StartAsync(fleet, $"a-{space}", TimeSpan.Zero))
        await using (await StubHost.StartAsync(fleet, $"b-{space}", TimeSpan.Zero))
        {
            await Eventually.TrueAsync(() => followed.Ended == Count, "all Workloads to end", Patience);
            await Eventually.TrueAsync(() => followed.Tasks.All(t => t.IsTerminal() && t.Status.Conditions.IsTrue(ConditionTypes.Completed)), "all tasks to be told about", Patience);
            var before = await VersionsAsync(fleet, space);
            await fleet.Client.CreateAsync(new Workload
            {
                Metadata = new() { Name = Later, NamespaceProperty = space },
                Spec = new() { Intent = "x", Pipeline = [Step("one", "Do it.", []), Step("two", "Do it.", ["one"])] },
            });
            await Eventually.TrueAsync(() => followed.Ended == Count + 1, "a later Workload to end", Patience);
            var after = await VersionsAsync(fleet, space);

            Assert.Empty(after.Except(before));
        }

        Assert.Empty(followed.WrittenAfterTheirEnd);
        var tasks = await TasksAsync(fleet, space);
        Assert.Equal(
            Enumerable.Range(0, Count).SelectMany(w => Pipeline().Select(s => $"{Named("w", w)}-{s.Name}")).Order(StringComparer.Ordinal),
            tasks.Select(t => t.Name()).Order(StringComparer.Ordinal));
        Assert.All(tasks, t => Assert.Equal((TaskPhase.Succeeded, 1L), (t.Status.Phase, t.Status.Attempt)));
        Assert.All((await WorkloadsAsync(fleet, space)).Where(w => w.Name() != Later), w => Assert.Equal((WorkloadPhase.Completed, StepCount, 0), (w.Status!.Phase, w.Status.SucceededTasks, w.Status.InFlightTasks)));
        AssertOrder(tasks, followed.Assigned);
    }

    // What waits for nothing is there from the start, and goes by the chain that it begins; each host takes one at a time, and both are given theirs at once.
    private static void AssertOrder(IReadOnlyList<AgenticTask> tasks, IReadOnlyDictionary<string, int> assigned)
    {
        foreach (var roots in tasks.Where(t => t.Spec.DependsOn is not { Count: > 0 }).GroupBy(t => t.GetLabel(Labels.Workload)))
        {
            var inOrder = roots.OrderByDescending(t => int.Parse(t.GetAnnotation(Labels.Rank)!, CultureInfo.InvariantCulture)).ToArray();
            Assert.True(inOrder.Length >= 3, $"{roots.Key} has {inOrder.Length} steps that wait for nothing");
            foreach (var (longer, shorter) in inOrder.SelectMany((longer, index) => inOrder.Skip(index + 1).Select(shorter => (longer, shorter))))
            {
                Assert.True(
                    assigned[longer.Name()] < assigned[shorter.Name()] + Hosts,
                    $"{longer.Name()}, which begins a longer chain, was given to a host as number {assigned[longer.Name()]}, and {shorter.Name()} as number {assigned[shorter.Name()]}");
            }
        }
    }

    // Three chains, the longest last in the list and by its name: half of the steps, a third, and the rest; the last step joins them and refers to one.
    private static IReadOnlyList<PipelineStep> Pipeline()
    {
        var (longest, middle) = ((StepCount - 1) / 2, (StepCount - 1) / 3);
        PipelineStep[] chains = [.. Chain("a", StepCount - 1 - longest - middle), .. Chain("b", middle), .. Chain("c", longest)];
        string[] ends = [.. chains.Select(s => s.Name!).Except(chains.SelectMany(s => s.DependsOn ?? []))];
        return [.. chains, Step("join", $"Join. ${{steps.{ends[0]}.summary}}", ends)];
    }

    private static IEnumerable<PipelineStep> Chain(string name, int length) => Enumerable.Range(0, length).Select(
        number => Step(Named(name, number), "Do it.", number == 0 ? [] : [Named(name, number - 1)]));

    private static PipelineStep Step(string name, string prompt, string[] dependsOn) => new()
    {
        Name = name,
        Kind = TaskKind.Freeform,
        AgentRef = new() { Name = "writer" },
        Payload = new() { Prompt = prompt },
        DependsOn = dependsOn.Length == 0 ? null : dependsOn,
    };

    private static string Named(string name, int number) => string.Create(CultureInfo.InvariantCulture, $"{name}{number:00}");

    private static bool HasEnded(Workload workload) => workload.Status?.Conditions.IsTrue(ConditionTypes.Completed) == true;

    private static async Task<IReadOnlyList<AgenticTask>> TasksAsync(TestOperator fleet, string space) =>
        [.. (await fleet.Client.ListAsync<AgenticTask>(space)).Items.Where(t => t.GetLabel(Labels.Workload) != Later)];

    private static async Task<IReadOnlyList<Workload>> WorkloadsAsync(TestOperator fleet, string space) => (await fleet.Client.ListAsync<Workload>(space)).Items;

    private static async Task<IReadOnlyList<string>> VersionsAsync(TestOperator fleet, string space) =>
    [
        .. (await WorkloadsAsync(fleet, space)).Where(w => w.Name() != Later).Select(w => $"Workload {w.Name()} {w.ResourceVersion()}"),
        .. (await TasksAsync(fleet, space)).Select(t => $"task {t.Name()} {t.ResourceVersion()}"),
    ];

    /// <summary>Watches what is written of Workloads and tasks.</summary>
    private sealed class Followed : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly ConcurrentDictionary<string, string> _ends = new();
        private readonly ConcurrentDictionary<string, int> _assigned = new();
        private readonly ConcurrentQueue<string> _late = new();
        private readonly Reflector<AgenticTask> _tasks;
        private readonly Task _following;

        private Followed(Reflector<Workload> workloads, Reflector<AgenticTask> tasks)
        {
            _tasks = tasks;
            workloads.Store.Subscribe(change => End(change.Object));
            tasks.Store.Subscribe(change => Assign(change.Object));
            _following = Task.WhenAll(workloads.RunAsync(_stop.Token), tasks.RunAsync(_stop.Token));
        }

        /// <summary>The tasks that are there.</summary>
        public IReadOnlyList<AgenticTask> Tasks => [.. _tasks.Store.Snapshot().Values];

        /// <summary>How many Workloads have ended.</summary>
        public int Ended => _ends.Count;

        /// <summary>Writes of Workloads that had ended.</summary>
        public IReadOnlyCollection<string> WrittenAfterTheirEnd => _late;

        /// <summary>The how-manieth a task was that was given to a host, by name.</summary>
        public IReadOnlyDictionary<string, int> Assigned => _assigned;

        public static async Task<Followed> StartAsync(IKubernetes client, string space)
        {
            var options = new ReflectorOptions { Namespaces = [space] };
            var (workloads, tasks) = (new Reflector<Workload>(client, options), new Reflector<AgenticTask>(client, options));
            var followed = new Followed(workloads, tasks);
            await Task.WhenAll(workloads.Ready, tasks.Ready);
            return followed;
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _following;
            _stop.Dispose();
        }

        private void End(Workload workload)
        {
            if (_ends.TryGetValue(workload.Name(), out var version) && version != workload.ResourceVersion())
            {
                _late.Enqueue($"{workload.Name()} ended at version {version}, and was written again at {workload.ResourceVersion()}");
            }
            else if (HasEnded(workload))
            {
                _ends[workload.Name()] = workload.ResourceVersion()!;
            }
        }

        private void Assign(AgenticTask task)
        {
            if (task.Status.AssignedNode is not null)
            {
                _assigned.TryAdd(task.Name(), _assigned.Count);
            }
        }
    }
}
