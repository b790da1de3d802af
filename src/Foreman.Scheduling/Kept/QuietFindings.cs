using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>What was found of a task whose turn changed nothing.</summary>
/// <param name="Why">What it was told.</param>
/// <param name="Class">Its class; null when it was not held against hosts.</param>
/// <param name="Others">Which other tasks were asked.</param>
/// <param name="Held">Its write that is held; null when the task says so already.</param>
internal sealed record QuietFinding(PendingReason Why, DemandClass? Class, AskedOthers Others, HeldWrite? Held)
{
    /// <summary>What its quotas said; null when what it was told does not depend on them.</summary>
    public QuotaFinding? Quota { get; init; }
}

/// <summary>What one decision found of tasks whose turns changed nothing.</summary>
/// <param name="isOn">False when what tasks are told depends on more than marks tell.</param>
internal sealed class QuietFindings(bool isOn)
{
    private readonly Dictionary<AgenticTask, QuietFinding> _byTask = new(ReferenceEqualityComparer.Instance);

    /// <summary>False when nothing is found that lasts.</summary>
    public bool IsOn => isOn;

    /// <summary>What was found of a task; null for nothing that lasts.</summary>
    /// <param name="task">The task.</param>
    public QuietFinding? Find(AgenticTask task) => _byTask.GetValueOrDefault(task);

    /// <summary>Notes that what was found before holds.</summary>
    /// <param name="task">The task.</param>
    /// <param name="finding">What was found.</param>
    public void Keep(AgenticTask task, QuietFinding finding) => _byTask[task] = finding;

    /// <summary>Notes what was found.</summary>
    /// <param name="asked">The task.</param>
    /// <param name="why">What it was told.</param>
    /// <param name="like">Its class; null when it was not held against hosts.</param>
    /// <param name="held">Its write that is held; null when the task says so already.</param>
    public void Add(AskedTask asked, PendingReason why, DemandClass? like, HeldWrite? held)
    {
        if (isOn && (like is not null || Lasts(why.Reason)) && !HasLimits(asked) && asked.History is not { ExcludesAny: true })
        {
            _byTask[asked.Task] = new(why, like, OthersOf(asked.Task), held) { Quota = asked.Quota };
        }
    }

    // Slots of an Agent and of a shared server change with each task that is placed.
    private static bool HasLimits(AskedTask asked) => asked.UsesBoundedServer || asked.Agent?.Spec.MaxConcurrentTasks is not null;

    // A pause ends by itself, files come, and an Agent's limit changes with each task that is placed.
    private static bool Lasts(string reason) =>
        reason is Reasons.Suspended or Reasons.WaitingForDependency or Reasons.AgentNotFound or Reasons.EndpointNotReachable;

    // Whether a second loss on one host counts depends on what else ran there.
    private static AskedOthers OthersOf(AgenticTask task) =>
        task.Status.Attempts.Count(a => a.IsLoss()) > 1 ? AskedOthers.All
        : task.Spec.DependsOn is { Count: > 0 } ? AskedOthers.Upstream
        : AskedOthers.None;
}

/// <summary>A waiting task that has its turn.</summary>
/// <param name="Task">The task.</param>
/// <param name="Agent">Its Agent; null for the built-in one, or while it does not exist.</param>
/// <param name="History">What it has against hosts; null for nothing.</param>
internal readonly record struct AskedTask(AgenticTask Task, Agent? Agent, TaskHistory? History)
{
    /// <summary>True when it would use a model server that takes so many tasks at once, of whichever host.</summary>
    public bool UsesBoundedServer { get; init; }

    /// <summary>What its quotas said; null while they were not asked, and for a task that counts for none.</summary>
    public QuotaFinding? Quota { get; init; }
}
