using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.UserDeployments;

namespace Foreman.Operator.UserDeployments;

/// <summary>Which kinds of other projects the cluster serves; asked for once in a reconcile.</summary>
/// <param name="client">The client.</param>
internal sealed class ServedKinds(IKubernetes client)
{
    private readonly Dictionary<ResourceType, bool> _known = [];

    /// <summary>Whether a kind is served.</summary>
    /// <param name="type">The kind.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<bool> HasAsync(ResourceType type, CancellationToken cancellationToken)
    {
        if (!WantedKinds.IsExternal(type))
        {
            return true;
        }

        if (!_known.TryGetValue(type, out var isServed))
        {
            _known[type] = isServed = await AskAsync(type, cancellationToken);
        }

        return isServed;
    }

    /// <summary>Why a plan can't be made here; null when all of its kinds are served.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<DeploymentRefusal?> MissingAsync(DeploymentPlan plan, CancellationToken cancellationToken)
    {
        var missing = new List<string>();
        foreach (var type in plan.Objects.Select(o => o.Type).Distinct())
        {
            if (!await HasAsync(type, cancellationToken))
            {
                missing.Add($"{type.Kind} of {type.ApiVersion} (install {WantedKinds.ProjectOf(type)})");
            }
        }

        return missing.Count == 0 ? null : new(Reasons.MissingApi, $"The cluster does not serve {string.Join(" and ", missing)}; nothing was made.");
    }

    private async Task<bool> AskAsync(ResourceType type, CancellationToken cancellationToken)
    {
        try
        {
            await client.Dynamic.ResolveAsync(type.ApiVersion, type.Kind, cancellationToken);
            return true;
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            return false;
        }
    }
}
