using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Workloads;

namespace Foreman.Operator.Dispatch;

/// <summary>The Workload of an intent alone, and whether anybody could plan it. Pure.</summary>
internal static class IntentWorkload
{
    private const int MarkLength = 6;

    /// <summary>The Workload.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="batch">Its part about the Workload.</param>
    /// <param name="space">Its namespace.</param>
    public static Workload Of(DispatchRequest request, BatchRequest batch, string space) => new()
    {
        Metadata = new() { Name = NameOf(request, batch), NamespaceProperty = space },
        Spec = new()
        {
            Intent = batch.Intent!,
            Repo = request.Repo,
            PlannerModel = batch.PlannerModel,
            MaxTasks = batch.MaxTasks,
            Budget = BatchWorkload.BudgetOf(batch),
            GateProfile = request.Gate,
            Suspend = batch.Suspend ? true : null,
        },
    };

    /// <summary>Its name, with the time: the same words said again are new work.</summary>
    public static string NameOf(DispatchRequest request, BatchRequest batch) => request.Name ?? DispatchTasks.Joined(
        request.RepoName ?? "plan",
        string.Create(CultureInfo.InvariantCulture, $"{request.Now.UtcDateTime:yyyyMMdd-HHmmss}-{MarkOf(request, batch)}"),
        BatchWorkload.MaxNameLength);

    /// <summary>Why nobody would plan it or do its steps, a sentence each; nothing when somebody may.</summary>
    /// <param name="batch">What is asked.</param>
    /// <param name="agents">The Agents of the namespace; null where this identity may not see them, so that nothing is known.</param>
    /// <param name="space">The namespace.</param>
    public static IEnumerable<string> Faults(BatchRequest batch, IReadOnlyList<Agent>? agents, string space)
    {
        if (agents is null)
        {
            yield break;
        }

        var planners = IntentPlanners.Of(agents, batch.PlannerModel).ToArray();
        if (planners.Length == 0 && batch.PlannerModel is null)
        {
            yield return $"namespace {space} has no Agent of role planner: create one (tools: [submit_result] are enough), or name a model that plans with --planner-model";
        }
        else if (planners.Length > 1)
        {
            var names = BatchAgents.Names(planners.Select(p => p.Name()));
            yield return batch.PlannerModel is null
                ? $"namespace {space} has several Agents of role planner ({names}): name the model of one with --planner-model"
                : $"namespace {space} has several Agents of role planner for model {batch.PlannerModel} ({names}): leave one of them, or name another model with --planner-model";
        }
        else if (planners is [var planner] && !BatchAgents.IsUsable(planner))
        {
            yield return $"the Agent of role planner in namespace {space} can't be used ({BatchAgents.Why(planner)}): mend it";
        }

        if (!agents.Any(a => IntentPlanners.MayWork(a) && !a.IsDeleting() && BatchAgents.IsUsable(a)))
        {
            yield return $"namespace {space} has no Agent that could do a step of a plan: create one, for example of role coder";
        }
    }

    // Two intents of one second are two Workloads.
    private static string MarkOf(DispatchRequest request, BatchRequest batch) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{request.Repo}\0{batch.Intent}")))[..MarkLength];
}
