using System.Globalization;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Try;

namespace Foreman.Operator.Dispatch;

/// <summary>Whether anything could run the tasks of a request now. Pure.</summary>
internal static class DispatchChecks
{
    private const int MostNamed = 5;
    private const string OrQueue = "; or have the work wait for one, with --queue";

    /// <summary>Why no host could run it; null when one could.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="nodes">The fleet.</param>
    public static string? Hosts(DispatchRequest request, IReadOnlyList<FleetNode> nodes)
    {
        if (nodes.Count == 0)
        {
            return $"no host has registered: start foreman-agent on one (`foreman-agent probe` shows what it would offer){OrQueue}";
        }

        var ready = nodes.Where(TryFormat.IsReady).ToArray();
        if (ready.Length == 0)
        {
            var named = nodes.OrderBy(n => n.Name(), StringComparer.Ordinal).Take(MostNamed).Select(n => $"{n.Name()} ({Why(n)})");
            return string.Create(
                CultureInfo.InvariantCulture,
                $"none of {nodes.Count} hosts is Ready: {string.Join(", ", named)}{(nodes.Count > MostNamed ? ", …" : "")}; start foreman-agent there{OrQueue}");
        }

        return request.Folder is null || MachineOf(request) is not { } machine ? null : Local(ready, machine);
    }

    /// <summary>Why the Agent can't be taken; null when it can.</summary>
    /// <param name="request">What is asked; it names an Agent.</param>
    /// <param name="agents">Those of the namespace.</param>
    /// <param name="space">The namespace.</param>
    public static string? Agent(DispatchRequest request, IReadOnlyList<Agent> agents, string space)
    {
        if (request.Agent is not { } name || agents.Any(a => a.Name() == name))
        {
            return null;
        }

        var there = agents.Select(a => a.Name()).Order(StringComparer.Ordinal).Take(MostNamed).ToArray();
        return $"Agent {name} does not exist in namespace {space}: {(there.Length == 0 ? "there is none" : $"there are {string.Join(", ", there)}{(agents.Count > MostNamed ? ", …" : "")}")}; "
            + "create it, name another one, or leave --agent out for the built-in one";
    }

    // An address names its machine only where that name can stand in one.
    private static string? MachineOf(DispatchRequest request) =>
        Uri.TryCreate(request.Repo, UriKind.Absolute, out var url) && url.Host.Length > 0 ? request.Machine : null;

    private static string? Local(FleetNode[] ready, string machine)
    {
        var here = ready.Where(n => string.Equals(n.Status!.Instance?.Host, machine, StringComparison.OrdinalIgnoreCase)).ToArray();
        return here.Any(n => n.Status!.Capability?.LocalRepositories == true) ? null
            : here.Length > 0 ? $"the agent of {here[0].Name()} on this machine ({machine}) takes no clones from tasks: start it with --allow-local-repos{OrQueue}"
            : $"no agent runs on this machine ({machine}), where the clone is: start foreman-agent --allow-local-repos here, with this kubeconfig{OrQueue}; "
                + "`foreman-operator try --repo DIR` needs neither agent nor cluster";
    }

    private static string Why(FleetNode node)
    {
        var ready = node.Status?.Conditions.Find(ConditionTypes.Ready);
        return ready is { Status: not Conditions.True } ? $"{TryFormat.Phase(node)}, {ready.Reason}" : TryFormat.Phase(node);
    }
}
