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

    /// <summary>Why an Agent may not review; null when it may. One that does not exist may: that is told elsewhere.</summary>
    public string? Refusal(string agent)
    {
        if ((operatorAllows && workloadAllows) || !agents.TryGetValue(agent, out var found) || found.Spec.Provider is not { Value.Length: > 0 } provider || provider == AgentProvider.Local)
        {
            return null;
        }

        return $"{agent} (provider {provider}; {(operatorAllows ? "the Workload has spec.allowCloudReviewers false" : "the operator runs with --allow-cloud-providers=false")})";
    }

    /// <summary>
    /// The steps without those that may not be done. What follows one of these follows what that one followed; what is taken by
    /// its verdict, or refers to it, is left out as well.
    /// </summary>
    public (ImmutableArray<Step> Allowed, ImmutableArray<string> Suppressed) Filter(ImmutableArray<Step> steps)
    {
        var why = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var step in steps.Where(s => s.Kind == TaskKind.Review))
        {
            if (Refusal(step.Agent) is { } refusal)
            {
                why[step.Name] = refusal;
            }
        }

        if (why.Count == 0)
        {
            return (steps, []);
        }

        var byName = steps.ToDictionary(s => s.Name, StringComparer.Ordinal);
        var graph = new StepGraph(steps);
        foreach (var step in graph.Ordered().Where(s => !why.ContainsKey(s.Name)))
        {
            if (step.When is not null && step.DependsOn.FirstOrDefault(why.ContainsKey) is { } judge)
            {
                why[step.Name] = $"{step.Name} (it is taken by the verdict of {judge})";
            }
            else if (PayloadFilling.Sources(step.Payload, step, graph).FirstOrDefault(why.ContainsKey) is { } source)
            {
                why[step.Name] = $"{step.Name} (it refers to {source})";
            }
        }

        return (
            [.. steps.Where(s => !why.ContainsKey(s.Name)).Select(s => s with { DependsOn = [.. s.DependsOn.SelectMany(Kept).Distinct(StringComparer.Ordinal)] })],
            [.. steps.Where(s => why.ContainsKey(s.Name)).Select(s => why[s.Name]).Distinct(StringComparer.Ordinal)]);

        IEnumerable<string> Kept(string name) => why.ContainsKey(name) ? byName[name].DependsOn.SelectMany(Kept) : [name];
    }
}
