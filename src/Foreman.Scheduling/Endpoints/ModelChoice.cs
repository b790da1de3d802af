using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>Which of a host's models a task gets.</summary>
internal static class ModelChoice
{
    /// <summary>The host's models that the task may use, best first; models of unhealthy servers are left out.</summary>
    public static IReadOnlyList<ServedModel> Candidates(NodeCapability capability, string? wanted) =>
    [
        .. (capability.Models ?? [])
            .Where(m => wanted is null || ModelNames.Same(m.Name, wanted))
            .Where(m => ServerOf(capability, m)?.Healthy != false)
            .OrderByDescending(m => m.Loaded == true)
            .ThenByDescending(m => m.Tools != false)
            .ThenByDescending(m => m.FreeSlots ?? 0)
            .ThenByDescending(m => m.DecodeTokensPerSecond ?? 0)
            .ThenByDescending(m => m.ContextTokens ?? 0)
            .ThenBy(m => m.Name, StringComparer.Ordinal),
    ];

    /// <summary>The first model that also has the context and the speed that are asked for; null when none has.</summary>
    public static ServedModel? Best(NodeCapability capability, Demand demand) =>
        Candidates(capability, demand.WantedModel).FirstOrDefault(m =>
            ContextOf(capability, m) >= (demand.Capability.MinContextTokens ?? 0)
            && SpeedOf(capability, m) >= (demand.Capability.MinTokensPerSecond ?? 0));

    public static ModelServer? ServerOf(NodeCapability capability, ServedModel model) =>
        capability.ModelServers?.FirstOrDefault(s => string.Equals(s.Url, model.Server, StringComparison.Ordinal));

    /// <summary>Context per slot; the host's own maximum when the server does not report it.</summary>
    public static int ContextOf(NodeCapability capability, ServedModel? model) =>
        model?.ContextTokens ?? capability.MaxContextTokens ?? 0;

    public static int SpeedOf(NodeCapability capability, ServedModel? model) =>
        model?.DecodeTokensPerSecond ?? capability.TokensPerSecond ?? 0;
}
