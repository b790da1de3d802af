using System.Collections.Immutable;
using Foreman.Api;

namespace Foreman.Workloads;

/// <summary>Whether reviewers of cloud providers may work. Pure.</summary>
/// <param name="agents">The Agents, by name.</param>
/// <param name="operatorAllows">True when this operator lets them.</param>
/// <param name="workloadAllows">True when the Workload does.</param>
internal sealed class CloudGate(IReadOnlyDictionary<string, Agent> agents, bool operatorAllows, bool workloadAllows)
{
    /// <summary>The gate of a Workload.</summary>
    public static CloudGate Of(WorkloadSnapshot snapshot) =>
        new(snapshot.Agents, snapshot.AllowCloudProviders, snapshot.Workload.Spec.AllowCloudReviewers ?? true);

    /// <summary>Why an Agent may not review; null when it may. One that does not exist is somebody else's to tell.</summary>
    public string? Refusal(string agent)
    {
        if ((operatorAllows && workloadAllows) || !agents.TryGetValue(agent, out var found) || found.Spec.Provider is not { Value.Length: > 0 } provider || provider == AgentProvider.Local)
        {
            return null;
        }

        return $"{agent} (provider {provider}; {(operatorAllows ? "the Workload has spec.allowCloudReviewers false" : "the operator runs with --allow-cloud-providers=false")})";
    }

    /// <summary>The steps without those that may not be done, nor what depends on them.</summary>
    public (ImmutableArray<Step> Allowed, ImmutableArray<string> Suppressed) Filter(ImmutableArray<Step> steps)
    {
        var refused = steps.Where(s => s.Kind == TaskKind.Review && Refusal(s.Agent) is not null).ToArray();
        if (refused.Length == 0)
        {
            return (steps, []);
        }

        var gone = refused.Select(s => s.Name).ToHashSet(StringComparer.Ordinal);
        return (
            [.. steps.Where(s => !gone.Contains(s.Name)).Select(s => s with { DependsOn = s.DependsOn.RemoveAll(gone.Contains) })],
            [.. refused.Select(s => Refusal(s.Agent)!).Distinct(StringComparer.Ordinal)]);
    }
}
