using Foreman.Api;

namespace Foreman.Runner.Stages;

/// <summary>Compares URLs of model servers, and says which of them an Agent names itself. Pure.</summary>
public static class ModelUrls
{
    /// <summary>Reason of an attempt that was declined for its model server.</summary>
    internal const string NotOurs = "ModelServerUnknown";

    // What people and operators write behind the root of a server: all mean the same one.
    private static readonly string[] Ends = ["/chat/completions", "/v1"];

    /// <summary>True when both lead to the same API: the ends <c>/v1</c> and <c>/v1/chat/completions</c> and a last slash make no difference.</summary>
    public static bool Same(Uri one, Uri other) => Root(one) == Root(other);

    /// <summary>Scheme, host, port and path of a server's API, without its usual ends.</summary>
    /// <param name="url">Absolute.</param>
    public static string Root(Uri url)
    {
        var path = url.AbsolutePath.TrimEnd('/');
        foreach (var end in Ends.Where(end => path.EndsWith(end, StringComparison.Ordinal)))
        {
            path = path[..^end.Length].TrimEnd('/');
        }

        return url.GetLeftPart(UriPartial.Authority) + path;
    }

    /// <summary>True when the server is the one that the task's Agent names: its cloud endpoint, or the Service of its InferenceService.</summary>
    /// <param name="url">The promised server.</param>
    /// <param name="agent">The task's Agent; null for the built-in one.</param>
    /// <param name="space">Namespace of the task and its Agent.</param>
    internal static bool IsOfAgent(Uri url, AgentSpec? agent, string space)
    {
        if (agent?.Provider == AgentProvider.CloudProxy)
        {
            return Uri.TryCreate(agent.ProviderConfig?.BaseURL, UriKind.Absolute, out var configured) && Same(configured, url);
        }

        // Names of Services have no dots: http://NAME.NAMESPACE.svc.cluster.local:8080
        return agent?.InferenceServiceRef?.Name is { Length: > 0 } service
            && url.Host.Split('.') is [var name, var named, "svc", ..] && name == service.Replace('.', '-') && named == space;
    }

    /// <summary>Why a server is not called.</summary>
    internal static string Refusal(Uri url) =>
        $"status.model.url is {url}, which this host has neither found by probing nor been given: start its agent with --model-url {url}, or correct the address that was promised";
}
