using System.Text.Json.Serialization;
using Foreman.Kubernetes.Json;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>What an Agent is for.</summary>
/// <param name="Value">The text in JSON.</param>
[Closed]
[JsonConverter(typeof(OpenEnumConverter<AgentRole>))]
public readonly record struct AgentRole(string Value) : IOpenEnumeration<AgentRole>
{
    /// <summary>Writes.</summary>
    public static AgentRole Coder { get; } = new("coder");

    /// <summary>Runs gates.</summary>
    public static AgentRole Verifier { get; } = new("verifier");

    /// <summary>Reviews.</summary>
    public static AgentRole Reviewer { get; } = new("reviewer");

    /// <summary>Plans.</summary>
    public static AgentRole Planner { get; } = new("planner");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<AgentRole> Known { get; } = [Coder, Verifier, Reviewer, Planner];

    /// <inheritdoc/>
    public static AgentRole FromText(string text) => new(text);

    /// <summary>The text in JSON.</summary>
    public override string ToString() => Value ?? "";
}

/// <summary>Where an Agent's model comes from.</summary>
/// <param name="Value">The text in JSON.</param>
[Closed]
[JsonConverter(typeof(OpenEnumConverter<AgentProvider>))]
public readonly record struct AgentProvider(string Value) : IOpenEnumeration<AgentProvider>
{
    /// <summary>A model server of the fleet.</summary>
    public static AgentProvider Local { get; } = new("local");

    /// <summary>An OpenAI-compatible endpoint given by providerConfig.</summary>
    public static AgentProvider CloudProxy { get; } = new("cloud-proxy");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<AgentProvider> Known { get; } = [Local, CloudProxy];

    /// <inheritdoc/>
    public static AgentProvider FromText(string text) => new(text);

    /// <summary>The text in JSON.</summary>
    public override string ToString() => Value ?? "";
}

/// <summary>How a long conversation is kept within the window.</summary>
/// <param name="Value">The text in JSON.</param>
[Closed]
[JsonConverter(typeof(OpenEnumConverter<ContextStrategy>))]
public readonly record struct ContextStrategy(string Value) : IOpenEnumeration<ContextStrategy>
{
    /// <summary>Old observations are masked.</summary>
    public static ContextStrategy Window { get; } = new("window");

    /// <summary>The conversation only grows until it must be compacted.</summary>
    public static ContextStrategy Session { get; } = new("session");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<ContextStrategy> Known { get; } = [Window, Session];

    /// <inheritdoc/>
    public static ContextStrategy FromText(string text) => new(text);

    /// <summary>The text in JSON.</summary>
    public override string ToString() => Value ?? "";
}

/// <summary>How an Agent's runs are hosted.</summary>
/// <param name="Value">The text in JSON.</param>
[Closed]
[JsonConverter(typeof(OpenEnumConverter<ExecutionMode>))]
public readonly record struct ExecutionMode(string Value) : IOpenEnumeration<ExecutionMode>
{
    /// <summary>In the agent or the operator.</summary>
    public static ExecutionMode InProcess { get; } = new("InProcess");

    /// <summary>In a Kubernetes Job per attempt.</summary>
    public static ExecutionMode Job { get; } = new("Job");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<ExecutionMode> Known { get; } = [InProcess, Job];

    /// <inheritdoc/>
    public static ExecutionMode FromText(string text) => new(text);

    /// <summary>The text in JSON.</summary>
    public override string ToString() => Value ?? "";
}

/// <summary>How an MCP server is reached.</summary>
/// <param name="Value">The text in JSON.</param>
[Closed]
[JsonConverter(typeof(OpenEnumConverter<McpTransport>))]
public readonly record struct McpTransport(string Value) : IOpenEnumeration<McpTransport>
{
    /// <summary>Streamable HTTP.</summary>
    public static McpTransport Http { get; } = new("http");

    /// <summary>A program, over its standard streams.</summary>
    public static McpTransport Stdio { get; } = new("stdio");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<McpTransport> Known { get; } = [Http, Stdio];

    /// <inheritdoc/>
    public static McpTransport FromText(string text) => new(text);

    /// <summary>The text in JSON.</summary>
    public override string ToString() => Value ?? "";
}
