using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>
/// Model servers that do not depend on the host. In order: the Agent's cloud proxy, the operator's override,
/// the Agent's InferenceService. Without one of them the host's own servers are meant.
/// </summary>
/// <param name="snapshot">The cluster, within one decision.</param>
internal sealed class FixedServers(ClusterSnapshot snapshot)
{
    private readonly Dictionary<string, ServedModel?> _probed = new(StringComparer.Ordinal);

    public sealed record Answer(PromisedModel? Server, string? NotReachable)
    {
        /// <summary>True when it is the operator's override and not what the Agent names.</summary>
        public bool IsOfOperator { get; init; }
    }

    /// <summary>The server of a task.</summary>
    public Answer Find(AgenticTask task, Agent? agent)
    {
        var wanted = DemandReader.WantedModel(task, agent);
        if (agent?.Spec.Provider == AgentProvider.CloudProxy)
        {
            var config = agent.Spec.ProviderConfig;
            return Found(config?.BaseURL, config?.Model ?? wanted);
        }

        if (snapshot.Settings.InferenceBaseUrlOverride is { Length: > 0 } url)
        {
            return Found(url, wanted, Probed(url, wanted)) with { IsOfOperator = true };
        }

        return agent?.Spec.InferenceServiceRef is { Name.Length: > 0 } service
            ? OfService(agent, service.Name, wanted)
            : new Answer(null, null);
    }

    private Answer OfService(Agent agent, string name, string? wanted)
    {
        var service = snapshot.InferenceServices.GetValueOrDefault(new ObjectKey(agent.Namespace(), name));
        return service switch
        {
            null => Missing($"InferenceService \"{name}\" does not exist in namespace {agent.Namespace()}; create it, or clear spec.inferenceServiceRef of Agent \"{agent.Name()}\""),
            { Ready: false } or { Url: null } => Missing($"InferenceService \"{name}\" in namespace {agent.Namespace()} is not ready; see kubectl describe inferenceservice {name}"),
            _ => Found(service.Url, wanted ?? service.Model),
        };
    }

    private static Answer Found(string? url, string? model, ServedModel? probed = null) => new(
        new PromisedModel
        {
            Name = probed?.Name ?? model ?? "",
            Id = probed?.Id,
            ContextTokens = probed?.ContextTokens,
            ToolCalls = probed?.ToolCalls,
            Url = ServerUrl.Normalize(url ?? ""),
            Server = ModelServerKind.OpenAI,
        },
        null);

    // A host may have probed that server, by an address that means the same everywhere; else the run asks the server itself.
    private ServedModel? Probed(string url, string? wanted)
    {
        if (ServerUrl.IsLoopback(url))
        {
            return null;
        }

        // A name that is wanted is never empty.
        if (!_probed.TryGetValue(wanted ?? "", out var known))
        {
            known = snapshot.Nodes
                .OrderBy(n => n.Name(), StringComparer.Ordinal)
                .Select(n => n.Status?.Capability is { } capability ? ModelChoice.At(capability, url, wanted) : null)
                .FirstOrDefault(model => model is not null);
            _probed.Add(wanted ?? "", known);
        }

        return known;
    }

    private static Answer Missing(string message) => new(null, message);
}
