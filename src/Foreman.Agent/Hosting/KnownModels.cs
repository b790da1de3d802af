using Foreman.AgentLoop;
using Foreman.Api;
using Foreman.Primitives;

namespace Foreman.Agent.Hosting;

/// <summary>Adds to a promised model what the last probe of this host says about it. Pure.</summary>
internal static class KnownModels
{
    /// <summary>The endpoint with its measured speed and the other healthy servers of this host that have the model loaded.</summary>
    /// <param name="promised">As it was promised.</param>
    /// <param name="found">The last probe; null before the first.</param>
    public static ModelEndpoint Fill(ModelEndpoint promised, NodeCapability? found)
    {
        // A key belongs to one server only, and an endpoint that needs one is not of this host.
        if (found is null || promised.ApiKey is not null)
        {
            return promised;
        }

        var healthy = (found.ModelServers ?? []).Where(s => s.Healthy == true).Select(s => s.Url).ToHashSet(StringComparer.Ordinal);
        var models = (found.Models ?? []).Where(m => healthy.Contains(m.Server)).ToList();
        var here = models.Find(m => IsAt(m, promised.Url) && promised.Name.Length > 0 && (m.Id == promised.Name || m.Name == promised.Name));
        var name = here?.Name ?? promised.Name;
        return promised with
        {
            PromptTokensPerSecond = here?.PromptTokensPerSecond,
            Alternatives = [.. models.Where(m => m.Name == name && m.Loaded == true && !IsAt(m, promised.Url)).Select(m => new ModelEndpoint(new Uri(m.Server), m.Id ?? m.Name)
            {
                PromptTokensPerSecond = m.PromptTokensPerSecond,
            })],
        };
    }

    private static bool IsAt(ServedModel model, Uri url) => Uri.TryCreate(model.Server, UriKind.Absolute, out var server) && ModelAddress.AreSame(server, url);
}
