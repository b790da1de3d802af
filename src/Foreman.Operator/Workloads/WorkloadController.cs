using System.Collections.Concurrent;
using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Caches;
using Foreman.Operator.Workloads.Following;
using Foreman.Operator.Workloads.Intake;
using Foreman.Scheduling;
using Foreman.Workloads;

namespace Foreman.Operator.Workloads;

/// <summary>Carries out what <see cref="WorkloadEngine"/> decides: makes tasks, changes them, writes the status. One for each lead.</summary>
/// <param name="caches">Tasks and Agents.</param>
/// <param name="settings">What this operator allows.</param>
internal sealed class WorkloadController(ClusterCaches caches, SchedulerSettings settings) : IEntityController<Workload>
{
    /// <summary>What was refused may be taken after somebody has changed something that no watch here tells of.</summary>
    internal static readonly TimeSpan BetweenAttempts = TimeSpan.FromSeconds(30);

    private static readonly PatchOptions StatusPatch = new() { Subresource = "status", FieldValidation = FieldValidation.Warn, FieldManager = ApiGroup.FieldManager };

    private readonly ConcurrentDictionary<ObjectKey, WorkloadMemory> _memories = new();
    private readonly ConcurrentDictionary<ObjectKey, ObjectKey> _taken = new();
    private readonly UsualTimesBook _usual = new(caches);

    /// <summary>Reads the pull requests that Workloads follow; null where nobody does.</summary>
    public PullRequestFollower? Follower { get; init; }

    /// <summary>Workloads, and names of tasks of others, that it remembers.</summary>
    internal int Remembered => _memories.Count + _taken.Count;

    /// <summary>Takes care of Workloads with spec.source; null leaves them alone.</summary>
    public IntakeLoop? Intake { get; init; }

    private ClusterCaches Caches { get; } = caches;

    private SchedulerSettings Settings { get; } = settings;

    /// <summary>The options of its controller: what else it follows.</summary>
    public ControllerOptions<Workload> Follow(ControllerOptions<Workload> options)
    {
        var followed = (options with { Workers = 4 })
            .Watches(Caches.Tasks, ConcernedBy)
            .Watches(Caches.Agents, agent => _memories.Where(m => m.Value.WaitsForAgent && m.Key.Namespace == agent.Namespace()).Select(m => m.Key));
        return Follower is { } follower ? followed.Triggers(follower.Trigger) : followed;
    }

    /// <inheritdoc/>
    public async Task<ReconcileResult> ReconcileAsync(ReconcileContext<Workload> context, CancellationToken cancellationToken)
    {
        if (context.Entity is not { } stored || stored.IsDeleting())
        {
            Forget(context.Key);
            Intake?.Forget(context.Key);
            return ReconcileResult.Done;
        }

        if (IntakeEngine.IsFor(stored))
        {
            Intake?.Follow(stored);
            return ReconcileResult.Done;
        }

        var memory = MemoryOf(stored);

        // An Agent that comes while this is decided leads here again.
        memory.WaitsForAgent = true;
        return await new Round(this, context, memory).RunAsync(memory.Newest(stored), cancellationToken);
    }

    private IEnumerable<ObjectKey> ConcernedBy(AgenticTask task)
    {
        var named = ClusterCaches.WorkloadsOf(task);
        return _taken.TryGetValue(ObjectKey.Of(task), out var waiting) ? named.Append(waiting) : named;
    }

    private WorkloadMemory MemoryOf(Workload workload)
    {
        var key = ObjectKey.Of(workload);
        if (_memories.TryGetValue(key, out var known) && known.Uid == workload.Uid())
        {
            return known;
        }

        Forget(key);
        return _memories[key] = new(workload.Uid());
    }

    private void Forget(ObjectKey workload)
    {
        Follower?.Forget(workload);
        if (_memories.TryRemove(workload, out var memory))
        {
            NoteTaken(workload, [.. memory.Taken], []);
        }
    }

    private void NoteTaken(ObjectKey workload, IReadOnlyCollection<ObjectKey> before, IReadOnlyCollection<ObjectKey> after)
    {
        foreach (var task in after)
        {
            _taken[task] = workload;
        }

        foreach (var task in before.Except(after))
        {
            _taken.TryRemove(new(task, workload));
        }
    }

    private Dictionary<string, Agent> AgentsOf(string? space) =>
        Caches.Agents.Store.Snapshot().Where(a => a.Key.Namespace == space).ToDictionary(a => a.Key.Name, a => a.Value, StringComparer.Ordinal);

    /// <summary>One reconcile.</summary>
    private sealed class Round(WorkloadController controller, ReconcileContext<Workload> context, WorkloadMemory memory)
    {
        private readonly WorkloadChildren _children = new(controller.Caches, memory, context.Client, context.Time);
        private IReadOnlyList<AgenticTask> _tasks = [];

        public async Task<ReconcileResult> RunAsync(Workload workload, CancellationToken cancellationToken)
        {
            var refused = memory.Refusals(workload.Metadata.Generation, context.Time, BetweenAttempts);
            var decision = await DecideAsync(workload, refused, cancellationToken);
            if (!memory.KnowsChildren && decision.Changes.Any(c => c is ReleaseChild { Budget: not null }))
            {
                if (await _children.AskAsync(workload, cancellationToken) is not { } fresh)
                {
                    return ReconcileResult.Done;
                }

                workload = fresh;
                decision = await DecideAsync(workload, refused, cancellationToken);
            }

            var obstacles = await WriteAsync(workload, decision, refused, cancellationToken);
            if (obstacles.Count > 0)
            {
                decision = await DecideAsync(workload, obstacles, cancellationToken);
            }

            await TellAsync(workload, decision, cancellationToken);
            controller.Follower?.Follow(context.Key, FollowTarget.Of(workload, decision.Status ?? workload.Status, _tasks), decision.ForgeChanges);
            memory.WaitsForAgent = (decision.Status ?? workload.Status)?.Conditions.Find(ConditionTypes.Planned)?.Reason == Reasons.AgentResolveFailed;
            var again = Sooner(obstacles.Count > 0 ? BetweenAttempts : null, Sooner(_children.CountsUnseen ? WorkloadChildren.Believed : null, decision.Again));
            return again is { } delay ? ReconcileResult.RequeueAfter(delay) : ReconcileResult.Done;
        }

        private static TimeSpan? Sooner(TimeSpan? one, TimeSpan? other) => one is null || other < one ? other : one;

        private async Task<WorkloadDecision> DecideAsync(Workload workload, IReadOnlyDictionary<string, string> obstacles, CancellationToken cancellationToken)
        {
            _tasks = await _children.OfAsync(workload, cancellationToken);
            var snapshot = new WorkloadSnapshot(workload)
            {
                Children = _tasks,
                Usual = controller._usual.For(workload.Namespace(), _tasks, context.Time),
                PullRequests = controller.Follower?.Of(context.Key) ?? ImmutableDictionary<string, PullRequestObservation>.Empty,
                Agents = controller.AgentsOf(workload.Namespace()),
                AllowCloudProviders = controller.Settings.AllowCloudProviders,
                Obstacles = obstacles,
            };
            return WorkloadEngine.Decide(snapshot, context.Time.GetUtcNow());
        }

        private async Task<IReadOnlyDictionary<string, string>> WriteAsync(
            Workload workload, WorkloadDecision decision, IReadOnlyDictionary<string, string> refused, CancellationToken cancellationToken)
        {
            ObjectKey[] before = [.. memory.Taken];
            try
            {
                return await new ChildWriter(controller.Caches, memory, context.Client, context.Time).WriteAsync(workload, decision, refused, cancellationToken);
            }
            finally
            {
                controller.NoteTaken(context.Key, before, memory.Taken);
            }
        }

        private async Task TellAsync(Workload workload, WorkloadDecision decision, CancellationToken cancellationToken)
        {
            if (decision.Status is { } status)
            {
                try
                {
                    var written = await context.Client.PatchMetadataAsync<Workload>(
                        WorkloadStatusPatch.Of(workload, status), workload.Name(), workload.Namespace(), StatusPatch, cancellationToken);
                    memory.NoteStatus(written.ResourceVersion ?? "", status);
                }
                catch (KubernetesException e) when (e.IsNotFound)
                {
                    return;
                }
            }

            foreach (var told in decision.Events)
            {
                await (told.Warning
                    ? context.Events.WarningAsync(workload, told.Reason, told.Message, cancellationToken)
                    : context.Events.NormalAsync(workload, told.Reason, told.Message, cancellationToken));
            }
        }
    }
}
