using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>Brings a task and its Agent together. The Agent's requiredCapability replaces the task's.</summary>
internal static class DemandReader
{
    private static readonly HashSet<string> WorkspaceTools =
        new(["read_file", "write_file", "str_replace", "grep", "list_files"], StringComparer.Ordinal);

    public static Demand Read(AgenticTask task, Agent? agent, PromisedModel? fixedServer)
    {
        var ofAgent = agent?.Spec.RequiredCapability;
        return new Demand
        {
            Task = task,
            Agent = agent,
            Capability = ofAgent ?? task.Spec.RequiredCapability ?? new(),
            CapabilityPath = ofAgent is null
                ? "spec.requiredCapability"
                : $"Agent \"{agent!.Name()}\": spec.requiredCapability",
            WantedModel = WantedModel(task, agent),
            FixedServer = fixedServer,
            Placement = task.Spec.Placement is { } asked && asked != Placement.Auto ? asked : null,
            NeedsWorkspace = agent is null || agent.Spec.Tools.Any(WorkspaceTools.Contains),
        };
    }

    /// <summary>The model by name: the Agent's, else the task's; null for any.</summary>
    public static string? WantedModel(AgenticTask task, Agent? agent) =>
        Text(agent?.Spec.Model) ?? Text(task.Spec.ModelRef);

    private static string? Text(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
