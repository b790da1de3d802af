using Foreman.Api;
using Foreman.Agent.Cli;
using Foreman.Agent.Hosting;
using Foreman.Kubernetes;

namespace Foreman.Agent.Registration;

/// <summary>
/// Creates this host's FleetNode when it is not there. One that is there stays as it is: its spec and labels are the
/// admin's from then on.
/// </summary>
internal sealed class NodeRegistration(AgentContext context)
{
    public async Task<FleetNode> EnsureAsync(CancellationToken cancellationToken)
    {
        if (await context.Kubernetes.TryReadAsync<FleetNode>(context.NodeName, null, cancellationToken) is { } existing)
        {
            foreach (var difference in Differences(existing, context.Settings.Node))
            {
                context.Logger.NodeKept(context.NodeName, difference);
            }

            return existing;
        }

        try
        {
            var created = await context.Kubernetes.CreateAsync(New(context.Settings.Node), null, cancellationToken);
            context.Logger.NodeRegistered(context.NodeName);
            return created;
        }
        catch (KubernetesException e) when (e.IsAlreadyExists)
        {
            return await context.Kubernetes.ReadAsync<FleetNode>(context.NodeName, null, cancellationToken);
        }
    }

    public static FleetNode New(NodeSettings settings) => new()
    {
        Metadata = new() { Name = settings.Name, Labels = settings.Labels.Count > 0 ? settings.Labels : null },
        Spec = new FleetNodeSpec { NodeName = settings.Name, TailscaleAddr = settings.TailscaleAddr, Roles = settings.Roles },
    };

    /// <summary>Where flags and an existing FleetNode say different things.</summary>
    public static IEnumerable<string> Differences(FleetNode node, NodeSettings settings)
    {
        if (!(node.Spec.Roles ?? []).ToHashSet().SetEquals(settings.Roles))
        {
            yield return $"its roles are {Join(node.Spec.Roles)}, --roles says {Join(settings.Roles)}";
        }

        foreach (var (key, value) in settings.Labels.Where(l => node.GetLabel(l.Key) != l.Value))
        {
            yield return $"its label {key} is {node.GetLabel(key) ?? "absent"}, --node-labels says {value}";
        }
    }

    private static string Join(IReadOnlyList<string>? words) => words is { Count: > 0 } ? string.Join(", ", words) : "none";
}
