using Foreman.Api;
using Foreman.Primitives;

namespace Foreman.Runner.Stages;

/// <summary>Says which URLs of model servers an Agent names itself. Pure.</summary>
internal static class ModelUrls
{
    /// <summary>Reason of an attempt that was declined for its model server.</summary>
    public const string NotOurs = "ModelServerUnknown";

    /// <summary>True when the server is the one that the task's Agent names: its cloud endpoint, or the Service of its InferenceService.</summary>
    /// <param name="url">The promised server.</param>
    /// <param name="agent">The task's Agent; null for the built-in one.</param>
    /// <param name="space">Namespace of the task and its Agent.</param>
    public static bool IsOfAgent(Uri url, AgentSpec? agent, string space)
    {
        if (agent?.Provider == AgentProvider.CloudProxy)
        {
            return Uri.TryCreate(agent.ProviderConfig?.BaseURL, UriKind.Absolute, out var configured) && ModelAddress.AreSame(configured, url);
        }

        // Names of Services have no dots: http://NAME.NAMESPACE.svc.cluster.local:8080; what goes on after that is somebody else's domain.
        var host = url.IdnHost.TrimEnd('.').Split('.');
        return agent?.InferenceServiceRef?.Name is { Length: > 0 } service
            && host is [_, _, "svc"] or [_, _, "svc", "cluster", "local"] && host[0] == service.Replace('.', '-') && host[1] == space;
    }

    /// <summary>Why a server is not called.</summary>
    public static string Refusal(Uri url) =>
        $"status.model.url is {url}, which this host has neither found by probing nor been given: start its agent with --model-url {url}, or correct the address that was promised";
}
