using System.Collections.Concurrent;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Caches;
using Foreman.Scheduling;
using Foreman.Workloads;

namespace Foreman.Operator.Workloads;

/// <summary>Carries out what <see cref="WorkloadEngine"/> decides: makes tasks, changes them, writes the status.</summary>
internal sealed class WorkloadController : IEntityController<Workload>
{
    // A task that was refused may be taken after somebody has changed something that no watch here tells of.
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromSeconds(30);

    private static readonly PatchOptions StatusPatch = new() { Subresource = "status", FieldValidation = FieldValidation.Warn, FieldManager = ApiGroup.FieldManager };

    private static readonly PatchOptions TaskPatch = new() { FieldValidation = FieldValidation.Strict, FieldManager = ApiGroup.FieldManager };

    private readonly ClusterCaches _caches;
    private readonly WorkloadChildren _children;
    private readonly SchedulerSettings _settings;
    private readonly ConcurrentDictionary<ObjectKey, string> _waiting = new();

    /// <param name="caches">Tasks and Agents.</param>
    /// <param name="settings">What this operator allows.</param>
    public WorkloadController(ClusterCaches caches, SchedulerSettings settings)
    {
        (_caches, _settings) = (caches, settings);
        _children = new(caches.Tasks.Store);
    }

    /// <summary>The options of its controller: what else it follows.</summary>
    public ControllerOptions<Workload> Follow(ControllerOptions<Workload> options) => options
        .Watches(_caches.Tasks, WorkloadChildren.WorkloadOf)
        .Watches(_caches.Agents, agent => _waiting.Where(w => w.Value == agent.Namespace()).Select(w => w.Key))
        with
    { Workers = 4 };

    /// <inheritdoc/>
    public async Task<ReconcileResult> ReconcileAsync(ReconcileContext<Workload> context, CancellationToken cancellationToken)
    {
        _waiting.TryRemove(context.Key, out _);
        if (context.Entity is not { } workload || workload.IsDeleting())
        {
            return ReconcileResult.Done;
        }

        var snapshot = new WorkloadSnapshot(workload)
        {
            Children = await _children.OfAsync(context.Client, workload, cancellationToken),
            Agents = AgentsOf(workload.Namespace()),
            AllowCloudProviders = _settings.AllowCloudProviders,
        };
        var decision = WorkloadEngine.Decide(snapshot, context.Time.GetUtcNow());
        var obstacles = await CreateAsync(context, workload, decision, cancellationToken);
        if (obstacles.Count > 0)
        {
            decision = WorkloadEngine.Decide(
                snapshot with { Children = await _children.OfAsync(context.Client, workload, cancellationToken), Obstacles = obstacles }, context.Time.GetUtcNow());
        }

        await ChangeAsync(context.Client, decision, cancellationToken);
        await TellAsync(context, workload, decision, cancellationToken);
        var status = decision.Status ?? workload.Status;
        if (status?.Conditions.Find(ConditionTypes.Planned)?.Reason == Reasons.AgentResolveFailed)
        {
            _waiting[context.Key] = workload.Namespace() ?? "";
        }

        var again = obstacles.Count > 0 && !(decision.Again < BetweenAttempts) ? BetweenAttempts : decision.Again;
        return again is { } delay ? ReconcileResult.RequeueAfter(delay) : ReconcileResult.Done;
    }

    private Dictionary<string, Agent> AgentsOf(string? space) =>
        _caches.Agents.Store.Snapshot().Where(a => a.Key.Namespace == space).ToDictionary(a => a.Key.Name, a => a.Value, StringComparer.Ordinal);

    // What was refused for good reasons keeps the others from nothing.
    private async Task<Dictionary<string, string>> CreateAsync(ReconcileContext<Workload> context, Workload workload, WorkloadDecision decision, CancellationToken cancellationToken)
    {
        var obstacles = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var task in decision.Creates)
        {
            try
            {
                _children.Note(await context.Client.CreateAsync(task, new WriteOptions { FieldValidation = FieldValidation.Strict, FieldManager = ApiGroup.FieldManager }, cancellationToken));
            }
            catch (KubernetesException e) when (e.IsAlreadyExists)
            {
                if (await context.Client.TryReadAsync<AgenticTask>(task.Name(), task.Namespace(), cancellationToken) is { } there && WorkloadChildren.IsChild(there, workload))
                {
                    _children.Note(there);
                }
                else
                {
                    obstacles[task.Name()] = $"A task \"{task.Name()}\" exists and is not this Workload's; delete it, or call the Workload otherwise.";
                }
            }
            catch (KubernetesException e) when (e.IsInvalid || e.IsForbidden)
            {
                obstacles[task.Name()] = $"Task \"{task.Name()}\" was refused: {e.Message}.";
            }
        }

        return obstacles;
    }

    private async Task ChangeAsync(IKubernetes client, WorkloadDecision decision, CancellationToken cancellationToken)
    {
        foreach (var change in decision.Changes)
        {
            try
            {
                _children.Note(await client.PatchAsync<AgenticTask>(ChildWrites.ToPatch(change), change.Task.Name(), change.Task.Namespace(), TaskPatch, cancellationToken));
            }
            catch (KubernetesException e) when (e.IsTestFailed || e.IsNotFound || e.IsConflict)
            {
                // It has changed meanwhile, and that change leads here again.
            }
        }
    }

    private static async Task TellAsync(ReconcileContext<Workload> context, Workload workload, WorkloadDecision decision, CancellationToken cancellationToken)
    {
        if (decision.Status is { } status)
        {
            try
            {
                await context.Client.PatchMetadataAsync<Workload>(WorkloadStatusPatch.Of(workload.Status, status), workload.Name(), workload.Namespace(), StatusPatch, cancellationToken);
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
