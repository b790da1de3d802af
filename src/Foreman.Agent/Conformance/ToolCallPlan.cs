using Foreman.Api;
using Foreman.Probes;

namespace Foreman.Agent.Conformance;

/// <summary>Which model is tried next. Pure.</summary>
internal static class ToolCallPlan
{
    /// <summary>Runs often come in a row, and a question between two of them would hold up the second.</summary>
    internal static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(30);

    /// <summary>How long a model of which nothing could be said is left alone.</summary>
    internal static readonly TimeSpan RetryAfter = TimeSpan.FromMinutes(10);

    /// <summary>A model that is in memory, at a healthy server of which no slot is known to be busy, and whose build was not tried; null when there is none.</summary>
    /// <param name="probed">The latest probe; null before the first.</param>
    /// <param name="isKnown">True for a build that was tried, or is not to be tried now.</param>
    public static (ServedModel Model, ModelBuild Build)? Next(ProbeResult? probed, Func<ModelBuild, bool> isKnown)
    {
        if (probed is null)
        {
            return null;
        }

        var healthy = (probed.Capability.ModelServers ?? []).Where(s => s.Healthy == true && s.Kind != ModelServerKind.Demo).Select(s => s.Url).ToHashSet(StringComparer.Ordinal);
        foreach (var model in (probed.Capability.Models ?? []).Where(m => healthy.Contains(m.Server) && MayBeAsked(m)))
        {
            if (probed.Builds.FirstOrDefault(b => b.Server == model.Server && b.Model == model.Name) is { } build && !isKnown(build))
            {
                return (model, build);
            }
        }

        return null;
    }

    // A model that is not in memory would be loaded by the question, in place of another one.
    private static bool MayBeAsked(ServedModel model) => model.Loaded == true && model.CanChat() && (model.FreeSlots is null || model.FreeSlots == model.Slots);
}
