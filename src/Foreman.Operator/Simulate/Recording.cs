using System.Globalization;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Caches;
using Foreman.Primitives;
using Foreman.Scheduling;

namespace Foreman.Operator.Simulate;

/// <summary>Makes a fleet file and a trace of a cluster: only what decides where a task goes, and no text or credential of it. Pure.</summary>
internal static class Recording
{
    private const string Instead = "(left out)";

    /// <summary>Every task that has ended and ran, the first one at 0.</summary>
    /// <param name="tasks">All tasks.</param>
    /// <param name="nodes">The hosts, for the speed of their models.</param>
    /// <param name="since">Tasks created before are left out.</param>
    public static IReadOnlyList<SimulatedTask> Of(IReadOnlyList<AgenticTask> tasks, IReadOnlyList<FleetNode> nodes, DateTimeOffset since)
    {
        AgenticTask[] ended = [.. tasks.Where(t => t.IsTerminal() && t.Metadata.CreationTimestamp >= since && Time(t) > TimeSpan.Zero).OrderBy(t => t.Metadata.CreationTimestamp).ThenBy(t => ObjectKey.Of(t).ToString(), StringComparer.Ordinal)];
        return [.. ended.Select(t => Task(t, ended[0].Metadata.CreationTimestamp!.Value, nodes))];
    }

    /// <summary>The fleet without what changes from one moment to the next, without texts, credentials and addresses of others.</summary>
    /// <param name="fleet">As the cluster has it.</param>
    public static FleetFile Of(FleetFile fleet) => new(
        [.. fleet.Nodes.Select(Bare)],
        [.. fleet.Agents.Select(a => new Agent { Metadata = Named(a.Metadata), Spec = RecordedAgent.Of(a.Spec) })],
        [.. fleet.Services.Select(s => new InferenceService { Metadata = Named(s.Metadata), Spec = s.Spec, Status = s.Status is { } status ? status with { Endpoint = WithoutLogin(status.Endpoint) } : null })])
    {
        Quotas = fleet.Quotas,
    };

    /// <summary>The same without a login: a decision reads of it only whether it is there and, of a folder, its host.</summary>
    /// <param name="address">Address of a repository or server; null for none.</param>
    public static string? WithoutLogin(string? address)
    {
        if (address is not { Length: > 0 } || TaskRepository.IsFolder(address))
        {
            return address;
        }

        var start = address.IndexOf("://", StringComparison.Ordinal) is >= 0 and var scheme ? scheme + 3 : 0;
        var end = start > 0 && address.AsSpan(start).IndexOfAny('?', '#') is >= 0 and var query ? start + query : address.Length;
        return address[..start] + address[Math.Max(start, address.LastIndexOf('@', end - 1) + 1)..end];
    }

    /// <summary>A word in place of a text; null for none, as a decision asks only whether it is there.</summary>
    public static string? LeftOut(string? text) => string.IsNullOrWhiteSpace(text) ? null : Instead;

    private static SimulatedTask Task(AgenticTask task, DateTimeOffset start, IReadOnlyList<FleetNode> nodes)
    {
        var at = Within(task.Metadata.CreationTimestamp!.Value - start);
        var queued = task.Metadata.Annotations?.GetValueOrDefault(Labels.QueuedSince) is { } text && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var since)
            ? Within(since - start)
            : (TimeSpan?)null;
        return new(at, Bare(task), Time(task), Speed(task, nodes), queued) { Tokens = Within(RunTokens.Of(task)) };
    }

    private static TimeSpan Within(TimeSpan time) => TimeSpan.FromSeconds(Math.Clamp(time.TotalSeconds, -TraceFile.MostAt, TraceFile.MostAt));

    private static RunTokens Within(RunTokens tokens)
    {
        var all = Math.Clamp(tokens.All, 0, TraceFile.MostTokens);
        return new(all, Math.Clamp(tokens.Cached, 0, all));
    }

    // Every attempt took a slot for its time.
    private static TimeSpan Time(AgenticTask task) => TimeSpan.FromSeconds(Math.Min(
        TraceFile.MostRuns, task.Status.Attempts.Sum(static a => a is { StartedAt: { } started, EndedAt: { } ended } && ended > started ? (ended - started).TotalSeconds : 0)));

    private static double? Speed(AgenticTask task, IReadOnlyList<FleetNode> nodes) => task.Status.Attempts is [.., { Node: { } node, Model: { } model }]
        ? nodes.FirstOrDefault(n => n.Name() == node)?.Status?.Capability?.Models?.FirstOrDefault(m => m.Name == model)?.DecodeTokensPerSecond
        : null;

    private static AgenticTask Bare(AgenticTask task) => new()
    {
        Metadata = Named(task.Metadata) with
        {
            Labels = task.Metadata.Labels,
            Annotations = task.Metadata.Annotations?.GetValueOrDefault(Labels.Rank) is { } rank ? new Dictionary<string, string> { [Labels.Rank] = rank } : null,
        },
        Spec = new()
        {
            Kind = task.Spec.Kind,
            AgentRef = task.Spec.AgentRef,
            ModelRef = task.Spec.ModelRef,
            RequiredCapability = task.Spec.RequiredCapability,
            Placement = task.Spec.Placement,
            Priority = task.Spec.Priority,
            DependsOn = task.Spec.DependsOn,
            Budget = task.Spec.Budget,
            McpEnabled = task.Spec.McpEnabled,
            Container = task.Spec.Container is null ? null : new() { Image = "left-out" },
            Payload = Bare(task.Spec.Payload),
        },
    };

    // What a decision asks for must be there, not what it says.
    private static TaskPayload Bare(TaskPayload payload) => payload with
    {
        Repo = WithoutLogin(payload.Repo),
        Prompt = LeftOut(payload.Prompt),
        PromptPrefix = null,
        Contract = LeftOut(payload.Contract),
        GateAdvisories = null,
        Images = payload.Images is { Count: > 0 } ? ["iVBORw0KGgo="] : null,
        Inputs = payload.Inputs is { } inputs ? [.. inputs.Select(Bare)] : null,
    };

    // A file that lies on a host binds its task to that; every other one was fetched, so its address is not judged again.
    private static TaskInput Bare(TaskInput input) => input is { Content: null, Host.Length: > 0, FromTask: not null }
        ? new() { Path = input.Path, Host = input.Host, FromTask = input.FromTask }
        : new() { Path = input.Path, ConfigMapKeyRef = new() { Name = "left-out", Key = "left-out" }, Content = [] };

    private static FleetNode Bare(FleetNode node) => new()
    {
        Metadata = Named(node.Metadata) with { Labels = node.Metadata.Labels },
        Spec = node.Spec with { Drain = node.Spec.Drain is null ? null : new(), TailscaleAddr = null },
        Status = node.Status is not { } s ? null : new()
        {
            Capability = s.Capability is { } capability ? Bare(capability) : null,
            AgentVersion = s.AgentVersion,
            Os = s.Os,
            Arch = s.Arch,
            AgentKind = s.AgentKind,
            TaskNamespaces = s.TaskNamespaces,
            Slots = s.Slots,
            Conditions = s.Conditions?.Where(c => c.Type == ConditionTypes.Ready).Select(c => c with { Message = "" }).ToArray(),
        },
    };

    private static NodeCapability Bare(NodeCapability capability) => capability with
    {
        Models = capability.Models is { } models ? [.. models.Select(m => m with { FreeSlots = null, Server = WithoutLogin(m.Server)! })] : null,
        ModelServers = capability.ModelServers is { } servers ? [.. servers.Select(s => s with { Reason = null, Url = WithoutLogin(s.Url)!, ReachableURL = WithoutLogin(s.ReachableURL) })] : null,
        Accelerators = capability.Accelerators is { } devices ? [.. devices.Select(d => d with { Reason = null })] : null,
        Sandbox = capability.Sandbox is { } sandbox ? sandbox with { Reason = null } : null,
    };

    private static V1ObjectMeta Named(V1ObjectMeta metadata) => new() { Name = metadata.Name, NamespaceProperty = metadata.NamespaceProperty };
}

/// <summary>What decisions, and the judgement whether an Agent can be used, read of an Agent. Pure.</summary>
internal static class RecordedAgent
{
    /// <summary>The spec with only that.</summary>
    public static AgentSpec Of(AgentSpec spec) => new()
    {
        Role = spec.Role,
        Provider = spec.Provider,
        ProviderConfig = spec.ProviderConfig is { } config ? Of(config) : null,
        Execution = spec.Execution is { } run ? Of(run) : null,
        Model = spec.Model,
        InferenceServiceRef = spec.InferenceServiceRef,
        SystemPrompt = Recording.LeftOut(spec.SystemPrompt),
        MaxEnvtestIterations = spec.MaxEnvtestIterations,
        MaxScanIterations = spec.MaxScanIterations,
        MaxConcurrentTasks = spec.MaxConcurrentTasks,
        Tools = spec.Tools,
        Egress = spec.Egress is { Count: > 0 } ? ["left-out.invalid"] : null,
        RequiredCapability = spec.RequiredCapability,
        Mcp = spec.Mcp is { Enabled: true } mcp ? Of(mcp) : null,
        Vision = spec.Vision is { } vision ? new() { Enabled = vision.Enabled } : null,
    };

    // The operator calls no address of its own machine, so those stay apart from others.
    private static ProviderConfig Of(ProviderConfig config) => new()
    {
        BaseURL = !Uri.TryCreate(config.BaseURL, UriKind.Absolute, out var url) ? Recording.LeftOut(config.BaseURL) : OperatorReach.MayCall(url) ? "https://left-out.invalid" : "http://127.0.0.1",
        Model = config.Model,
        ApiKeySecretRef = config.ApiKeySecretRef is { } key ? Of(key) : null,
    };

    private static AgentExecution Of(AgentExecution run) => new()
    {
        Mode = run.Mode,
        Image = Recording.LeftOut(run.Image),
        ServiceAccountName = Recording.LeftOut(run.ServiceAccountName),
        Resources = run.Resources is null ? null : new(),
    };

    private static AgentMcp Of(AgentMcp mcp) => new()
    {
        Enabled = true,
        CallTimeout = mcp.CallTimeout is { } text && GoDuration.Parse(text) is null ? Recording.LeftOut(text) : mcp.CallTimeout,
        MaxResultBytes = mcp.MaxResultBytes,
        Servers = mcp.Servers?.Select(Of).ToArray(),
    };

    // Each value is as right or wrong as it was.
    private static McpServer Of(McpServer server) => new()
    {
        Name = server.Name,
        Transport = server.Transport,
        Url = Uri.TryCreate(server.Url, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0 ? "https://left-out.invalid" : Recording.LeftOut(server.Url),
        Command = Recording.LeftOut(server.Command),
        Args = server.Args is { Count: > 0 } && server.Transport != McpTransport.Stdio ? ["(left out)"] : null,
        Env = server.Env?.Select(v => new McpVariable { Name = v.Name.Contains('=', StringComparison.Ordinal) ? "=" : v.Name.Length == 0 ? "" : "LEFT_OUT" }).ToArray(),
        Headers = server.Headers?.Select(h => new McpHeader { Name = h.Name.Length == 0 ? "" : "left-out", ValueFrom = h.ValueFrom is { } key ? Of(key) : null }).ToArray(),
    };

    private static SecretKeySelector Of(SecretKeySelector key) => new() { Name = key.Name.Length == 0 ? "" : "left-out", Key = key.Key.Length == 0 ? "" : "left-out" };
}
