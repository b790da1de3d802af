using System.Text.Json.Serialization;
using Foreman.Kubernetes.Json;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>Phase of a FleetNode. The agent writes Ready and Draining, the operator NotReady.</summary>
/// <param name="Value">The text in JSON.</param>
[Closed]
[JsonConverter(typeof(OpenEnumConverter<FleetNodePhase>))]
public readonly record struct FleetNodePhase(string Value) : IOpenEnumeration<FleetNodePhase>
{
    /// <summary>The agent is alive and accepts tasks.</summary>
    public static FleetNodePhase Ready { get; } = new("Ready");

    /// <summary>The agent finishes its running tasks and accepts no new ones.</summary>
    public static FleetNodePhase Draining { get; } = new("Draining");

    /// <summary>The agent's Lease is stale, or the agent has stopped.</summary>
    public static FleetNodePhase NotReady { get; } = new("NotReady");

    /// <summary>Never written; kept for manifests that carry it.</summary>
    public static FleetNodePhase Unknown { get; } = new("Unknown");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<FleetNodePhase> Known { get; } = [Ready, Draining, NotReady, Unknown];

    /// <inheritdoc/>
    public static FleetNodePhase FromText(string text) => new(text);

    /// <summary>The text in JSON.</summary>
    public override string ToString() => Value ?? "";
}

/// <summary>The program that registered a host.</summary>
/// <param name="Value">The text in JSON.</param>
[Closed]
[JsonConverter(typeof(OpenEnumConverter<NodeAgentKind>))]
public readonly record struct NodeAgentKind(string Value) : IOpenEnumeration<NodeAgentKind>
{
    /// <summary>This project's agent.</summary>
    public static NodeAgentKind ForemanAgent { get; } = new("foreman-agent");

    /// <summary>Accepted, never written.</summary>
    public static NodeAgentKind MetalAgent { get; } = new("metal-agent");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<NodeAgentKind> Known { get; } = [ForemanAgent, MetalAgent];

    /// <inheritdoc/>
    public static NodeAgentKind FromText(string text) => new(text);

    /// <summary>The text in JSON.</summary>
    public override string ToString() => Value ?? "";
}

/// <summary>State of one node in a release.</summary>
/// <param name="Value">The text in JSON.</param>
[Closed]
[JsonConverter(typeof(OpenEnumConverter<NodeUpdatePhase>))]
public readonly record struct NodeUpdatePhase(string Value) : IOpenEnumeration<NodeUpdatePhase>
{
    /// <summary>Not started.</summary>
    public static NodeUpdatePhase Pending { get; } = new("Pending");

    /// <summary>Update requested.</summary>
    public static NodeUpdatePhase Updating { get; } = new("Updating");

    /// <summary>Runs the version.</summary>
    public static NodeUpdatePhase Updated { get; } = new("Updated");

    /// <summary>Did not come up with the version.</summary>
    public static NodeUpdatePhase Failed { get; } = new("Failed");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<NodeUpdatePhase> Known { get; } = [Pending, Updating, Updated, Failed];

    /// <inheritdoc/>
    public static NodeUpdatePhase FromText(string text) => new(text);

    /// <summary>The text in JSON.</summary>
    public override string ToString() => Value ?? "";
}

/// <summary>The kind of accelerator of a host.</summary>
/// <param name="Value">The text in JSON.</param>
[Closed]
[JsonConverter(typeof(OpenEnumConverter<Accelerator>))]
public readonly record struct Accelerator(string Value) : IOpenEnumeration<Accelerator>
{
    /// <summary>Apple GPU.</summary>
    public static Accelerator Metal { get; } = new("metal");

    /// <summary>NVIDIA GPU.</summary>
    public static Accelerator Cuda { get; } = new("cuda");

    /// <summary>AMD or Intel GPU.</summary>
    public static Accelerator Vulkan { get; } = new("vulkan");

    /// <summary>No accelerator.</summary>
    public static Accelerator None { get; } = new("none");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<Accelerator> Known { get; } = [Metal, Cuda, Vulkan, None];

    /// <inheritdoc/>
    public static Accelerator FromText(string text) => new(text);

    /// <summary>The text in JSON.</summary>
    public override string ToString() => Value ?? "";
}

/// <summary>The kind of accelerator a task asks for.</summary>
/// <param name="Value">The text in JSON.</param>
[Closed]
[JsonConverter(typeof(OpenEnumConverter<RequiredAccelerator>))]
public readonly record struct RequiredAccelerator(string Value) : IOpenEnumeration<RequiredAccelerator>
{
    /// <summary>An Apple GPU.</summary>
    public static RequiredAccelerator Metal { get; } = new("metal");

    /// <summary>An NVIDIA GPU.</summary>
    public static RequiredAccelerator Cuda { get; } = new("cuda");

    /// <summary>An AMD or Intel GPU.</summary>
    public static RequiredAccelerator Vulkan { get; } = new("vulkan");

    /// <summary>Any host, with or without an accelerator.</summary>
    public static RequiredAccelerator Any { get; } = new("any");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<RequiredAccelerator> Known { get; } = [Metal, Cuda, Vulkan, Any];

    /// <inheritdoc/>
    public static RequiredAccelerator FromText(string text) => new(text);

    /// <summary>The text in JSON.</summary>
    public override string ToString() => Value ?? "";
}

/// <summary>How well a host confines the commands of models.</summary>
/// <param name="Value">The text in JSON.</param>
[Pattern("^[a-z][a-z-]*$")]
[JsonConverter(typeof(OpenEnumConverter<SandboxMode>))]
public readonly record struct SandboxMode(string Value) : IOpenEnumeration<SandboxMode>
{
    /// <summary>Processes, mounts, network and users of their own.</summary>
    public static SandboxMode Full { get; } = new("full");

    /// <summary>Files and system calls are confined; processes of the host stay visible.</summary>
    public static SandboxMode Reduced { get; } = new("reduced");

    /// <summary>No sandbox works.</summary>
    public static SandboxMode None { get; } = new("none");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<SandboxMode> Known { get; } = [Full, Reduced, None];

    /// <inheritdoc/>
    public static SandboxMode FromText(string text) => new(text);

    /// <summary>The text in JSON.</summary>
    public override string ToString() => Value ?? "";
}

/// <summary>How calls of tools come from a model, as the agent of its host has tried.</summary>
/// <param name="Value">The text in JSON.</param>
[Pattern("^[a-z][a-z-]*$")]
[JsonConverter(typeof(OpenEnumConverter<ToolCallForm>))]
public readonly record struct ToolCallForm(string Value) : IOpenEnumeration<ToolCallForm>
{
    /// <summary>The server gives them as calls.</summary>
    public static ToolCallForm Native { get; } = new("native");

    /// <summary>The server leaves them in the text, as JSON between tool_call tags.</summary>
    public static ToolCallForm TaggedJson { get; } = new("tagged-json");

    /// <summary>The server leaves them in the text, as function tags with parameter tags.</summary>
    public static ToolCallForm FunctionTags { get; } = new("function-tags");

    /// <summary>The server leaves them in the text, as a fenced block of JSON.</summary>
    public static ToolCallForm FencedJson { get; } = new("fenced-json");

    /// <summary>The server leaves them in the text, which is nothing but their JSON.</summary>
    public static ToolCallForm BareJson { get; } = new("bare-json");

    /// <summary>The server leaves them in the text, as calls in the syntax of Python.</summary>
    public static ToolCallForm Python { get; } = new("python");

    /// <summary>Only when the tools are described in the system message; they are then read from the text.</summary>
    public static ToolCallForm Prompted { get; } = new("prompted");

    /// <summary>Only when the answer is held to a JSON schema.</summary>
    public static ToolCallForm Structured { get; } = new("structured");

    /// <summary>The model called no tool in any of these ways.</summary>
    public static ToolCallForm None { get; } = new("none");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<ToolCallForm> Known { get; } = [Native, TaggedJson, FunctionTags, FencedJson, BareJson, Python, Prompted, Structured, None];

    /// <inheritdoc/>
    public static ToolCallForm FromText(string text) => new(text);

    /// <summary>The text in JSON.</summary>
    public override string ToString() => Value ?? "";
}

/// <summary>The program that serves models.</summary>
/// <param name="Value">The text in JSON.</param>
[Pattern("^[a-z][a-z0-9.-]*$")]
[JsonConverter(typeof(OpenEnumConverter<ModelServerKind>))]
public readonly record struct ModelServerKind(string Value) : IOpenEnumeration<ModelServerKind>
{
    /// <summary>llama-server.</summary>
    public static ModelServerKind LlamaCpp { get; } = new("llama.cpp");

    /// <summary>Ollama.</summary>
    public static ModelServerKind Ollama { get; } = new("ollama");

    /// <summary>vLLM.</summary>
    public static ModelServerKind VLlm { get; } = new("vllm");

    /// <summary>LM Studio.</summary>
    public static ModelServerKind LmStudio { get; } = new("lmstudio");

    /// <summary>SGLang.</summary>
    public static ModelServerKind SGLang { get; } = new("sglang");

    /// <summary>MLX-LM.</summary>
    public static ModelServerKind Mlx { get; } = new("mlx");

    /// <summary>llama-swap.</summary>
    public static ModelServerKind LlamaSwap { get; } = new("llama-swap");

    /// <summary>LocalAI.</summary>
    public static ModelServerKind LocalAI { get; } = new("localai");

    /// <summary>Any other OpenAI-compatible server.</summary>
    public static ModelServerKind OpenAI { get; } = new("openai");

    /// <summary>The scripted demo model that ships with Foreman.</summary>
    public static ModelServerKind Demo { get; } = new("demo");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<ModelServerKind> Known { get; } = [LlamaCpp, Ollama, VLlm, LmStudio, SGLang, Mlx, LlamaSwap, LocalAI, OpenAI, Demo];

    /// <inheritdoc/>
    public static ModelServerKind FromText(string text) => new(text);

    /// <summary>The text in JSON.</summary>
    public override string ToString() => Value ?? "";
}
