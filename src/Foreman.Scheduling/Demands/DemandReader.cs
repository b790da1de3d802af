using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>Merges a task and its Agent. The Agent's requiredCapability replaces the task's.</summary>
internal static class DemandReader
{
    public static Demand Read(AgenticTask task, Agent? agent, FixedServers.Answer fixedServer)
    {
        var ofAgent = agent?.Spec.RequiredCapability;
        string[] commands = [.. (agent?.Spec.Tools ?? []).Where(t => Has(t, ToolTraits.RunsCommands)), .. Programs(task, agent), .. HasRepository(task) && task.Spec.Kind.RunsGate ? [Demand.Gate] : Array.Empty<string>()];
        return new Demand
        {
            Namespace = task.Metadata.NamespaceProperty ?? "",
            Agent = agent,
            Capability = ofAgent ?? task.Spec.RequiredCapability ?? new(),
            CapabilityPath = ofAgent is null
                ? "spec.requiredCapability"
                : $"Agent \"{agent!.Name()}\": spec.requiredCapability",
            WantedModel = WantedModel(task, agent),
            FixedServer = fixedServer.Server,
            MustHostKnowServer = fixedServer.IsOfOperator,
            Placement = task.Spec.Placement is { } asked && asked != Placement.Auto ? asked : null,
            NeedsTools = task.Spec.Kind.AsksModel,
            AsksNoModel = !task.Spec.Kind.AsksModel,
            NeedsVision = task.Spec.Payload.Images is { Count: > 0 },
            NeedsWorkspace = agent is null || HasRepository(task) || task.Spec.Payload.Images is { Count: > 0 } || commands.Length > 0 || agent.Spec.Tools.Any(t => Has(t, ToolTraits.NeedsWorkspace)),
            CommandTools = commands,
            FolderHost = FolderHost(task.Spec.Payload.Repo),
            HostFiles = HostFiles(task.Spec.Payload.Inputs),
        };
    }

    /// <summary>The model by name: the Agent's, else the task's; null for any.</summary>
    public static string? WantedModel(AgenticTask task, Agent? agent) =>
        Text(agent?.Spec.Model) ?? Text(task.Spec.ModelRef);

    private static string? FolderHost(string? repo) => repo switch
    {
        null => null,
        ['/', ..] => "",
        _ => Uri.TryCreate(repo, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeFile ? url.Host : null,
    };

    private static IReadOnlyList<HostFile> HostFiles(IReadOnlyList<TaskInput>? inputs) => inputs is not { Count: > 0 }
        ? []
        : [.. inputs.Where(i => i is { Content: null, Host.Length: > 0 }).Select(i => new HostFile(i.Host!, i.FromTask?.Name, i.FromTask?.Path))];

    // The servers of an Agent whose programs run beside the task, in its workspace.
    private static IEnumerable<string> Programs(AgenticTask task, Agent? agent) => task.Spec.McpEnabled != false && agent?.Spec.Mcp is { Enabled: true, Servers: { } servers }
        ? servers.Where(s => s.Transport == McpTransport.Stdio).Select(s => $"MCP server {s.Name}")
        : [];

    private static bool HasRepository(AgenticTask task) => Text(task.Spec.Payload.Repo) is not null;

    private static bool Has(string tool, ToolTraits trait) => KnownTools.TraitsOf(tool) is { } traits && traits.HasFlag(trait);

    private static string? Text(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
