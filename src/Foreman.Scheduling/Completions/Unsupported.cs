using System.Globalization;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>
/// Every field that the API accepts and this release cannot act on, with its path. Nothing is silently ignored:
/// a task that sets one of them ends at once and says which.
/// </summary>
internal static class Unsupported
{
    /// <summary>One such field.</summary>
    /// <param name="Path">Where it stands, with its value where that is what cannot be done.</param>
    /// <param name="Why">What is missing and what to do.</param>
    public sealed record Field(string Path, string Why);

    /// <summary>The first such field of a task; null when there is none.</summary>
    public static Field? InTask(AgenticTask task) => TaskFields.Find(task.Spec);

    /// <summary>The first such field of an Agent; null when there is none.</summary>
    public static Field? InAgent(Agent agent, SchedulerSettings settings)
    {
        var found = AgentFields.Find(agent.Spec, settings);
        return found is null ? null : found with { Path = $"Agent \"{agent.Name()}\": {found.Path}" };
    }

    internal static string Indexed(string path, int index) => string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]");
}
