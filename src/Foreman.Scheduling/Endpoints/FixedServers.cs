using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>
/// Model servers that do not depend on the host. In order: the Agent's cloud proxy, the operator's override,
/// the Agent's InferenceService. Without one of them the host's own servers are meant.
/// </summary>
internal static class FixedServers
{
    public sealed record Answer(PromisedModel? Server, string? NotReachable);

    public static Answer Find(ClusterSnapshot snapshot, AgenticTask task, Agent? agent)
    {
        var wanted = DemandReader.WantedModel(task, agent);
        if (agent?.Spec.Provider == AgentProvider.CloudProxy)
        {
            var config = agent.Spec.ProviderConfig;
            return Found(config?.BaseURL, config?.Model ?? wanted);
        }

        if (snapshot.Settings.InferenceBaseUrlOverride is { Length: > 0 } url)
        {
            return Found(url, wanted);
        }

        return agent?.Spec.InferenceServiceRef is { Name.Length: > 0 } service
            ? OfService(snapshot, agent, service.Name, wanted)
            : new Answer(null, null);
    }

    private static Answer OfService(ClusterSnapshot snapshot, Agent agent, string name, string? wanted)
    {
        var service = snapshot.InferenceServices.GetValueOrDefault(new ObjectKey(agent.Namespace(), name));
        return service switch
        {
            null => Missing($"InferenceService \"{name}\" does not exist in namespace {agent.Namespace()}; create it, or clear spec.inferenceServiceRef of Agent \"{agent.Name()}\""),
            { Ready: false } or { Url: null } => Missing($"InferenceService \"{name}\" in namespace {agent.Namespace()} is not ready; see kubectl describe inferenceservice {name}"),
            _ => Found(service.Url, wanted ?? service.Model),
        };
    }

    private static Answer Found(string? url, string? model) =>
        new(new PromisedModel { Name = model ?? "", Url = ServerUrl.Normalize(url ?? ""), Server = ModelServerKind.OpenAI }, null);

    private static Answer Missing(string message) => new(null, message);
}
