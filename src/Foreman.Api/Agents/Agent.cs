using System.Text.Json.Serialization.Metadata;
using Foreman.Kubernetes;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>Configuration of an agent: model, prompt, tools, budgets.</summary>
[CustomResource(ShortNames = ["ag"])]
[PrinterColumn("Role", "string", ".spec.role")]
[PrinterColumn("Model", "string", ".spec.model")]
[PrinterColumn("InferenceService", "string", ".spec.inferenceServiceRef.name")]
[PrinterColumn("Validated", "string", ".status.conditions[?(@.type==\"Validated\")].status")]
[PrinterColumn("Age", "date", ".metadata.creationTimestamp")]
[PrinterColumn("Reason", "string", ".status.conditions[?(@.type==\"Validated\")].reason", Priority = 1)]
public sealed record Agent : IResource<Agent>
{
    /// <inheritdoc/>
    public static ResourceType Type { get; } = new(ApiGroup.Name, ApiGroup.Version, "Agent", "agents", Namespaced: true);

    /// <inheritdoc/>
    public static JsonTypeInfo<Agent> TypeInfo => ApiJson.Default.Agent;

    /// <inheritdoc/>
    public static JsonTypeInfo<ResourceList<Agent>> ListTypeInfo => ApiJson.Default.ResourceListAgent;

    /// <inheritdoc/>
    public string ApiVersion { get => field ?? Type.ApiVersion; init; }

    /// <inheritdoc/>
    public string Kind { get => field ?? Type.Kind; init; }

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get => field ?? new(); init; }

    /// <summary>Desired state.</summary>
    [Required]
    [ValidationRule(
        $"self.tools.all(t, t in [{KnownTools.InRules}])",
        $"spec.tools: each is one of {KnownTools.InRules}")]
    [ValidationRule(
        "(has(self.systemPrompt) && self.systemPrompt.trim() != '')"
            + " || ((!has(self.provider) || self.provider != 'cloud-proxy')"
            + " && (!has(self.inferenceServiceRef) || !has(self.inferenceServiceRef.name) || self.inferenceServiceRef.name == '')"
            + $" && self.tools.exists(t, t != '{KnownTools.SubmitResult}'))",
        $"spec.systemPrompt is empty: say what the Agent is and how it works; only an Agent without a model needs none, whose provider is local, whose inferenceServiceRef is absent and whose tools have another one than {KnownTools.SubmitResult}")]
    [ValidationRule(
        "!has(self.temperature) || !self.temperature.startsWith('2') || self.temperature.matches('^2([.]0+)?$')",
        "spec.temperature is a number from 0 to 2")]
    public AgentSpec Spec { get => field ?? new(); init; }

    /// <summary>Observed state.</summary>
    public AgentStatus? Status { get; init; }
}

/// <summary>Observed state of an Agent.</summary>
public sealed record AgentStatus
{
    /// <summary>Generation that was checked.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>Validated.</summary>
    [ListMap("type")]
    public IReadOnlyList<V1Condition>? Conditions { get; init; }
}
