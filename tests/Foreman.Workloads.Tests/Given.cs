using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Workloads.Tests;

/// <summary>Workloads, tasks and Agents as tests need them.</summary>
internal static class Given
{
    public static DateTimeOffset Now { get; } = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    /// <summary>Every Agent that tests name; <c>cloud</c> is one of a cloud provider.</summary>
    public static IReadOnlyDictionary<string, Agent> Agents { get; } =
        ((string[])["writer", "coder", "reviser", "senior", "gate", "reader", "critic", "cloud", "judge"])
        .ToDictionary(n => n, n => Agent(n, n == "cloud" ? AgentProvider.CloudProxy : null), StringComparer.Ordinal);

    public static Workload Workload(string name, WorkloadSpec spec) => new()
    {
        Metadata = new() { Name = name, NamespaceProperty = "default", Uid = "uid-" + name, Generation = 1, CreationTimestamp = Now },
        Spec = spec,
    };

    /// <summary>A Workload whose status names steps.</summary>
    public static Workload With(this Workload workload, params WorkloadStep[] plan) => workload with { Status = new() { Plan = plan } };

    /// <summary>Issues with a coder and a verifier.</summary>
    public static WorkloadSpec Batch(params int[] issues) => new()
    {
        Intent = "Fix small bugs.",
        Repo = "acme/shop",
        Issues = issues,
        CoderAgentRef = Ref("coder"),
        VerifierAgentRef = Ref("gate"),
    };

    public static WorkloadSpec Pipeline(params PipelineStep[] steps) => new() { Intent = "Do these steps.", Repo = "acme/shop", Pipeline = steps };

    public static PipelineStep Step(string name, params string[] dependsOn) => new()
    {
        Name = name,
        Kind = TaskKind.Freeform,
        AgentRef = Ref("writer"),
        Payload = new() { Prompt = $"Do {name}." },
        DependsOn = dependsOn.Length == 0 ? null : dependsOn,
    };

    /// <summary>A step whose prompt is this one.</summary>
    public static PipelineStep Asking(this PipelineStep step, string prompt) => step with { Payload = step.Payload with { Prompt = prompt } };

    public static LocalObjectReference Ref(string name) => new() { Name = name };

    public static IReadOnlyList<LocalObjectReference> Refs(params string[] names) => [.. names.Select(Ref)];

    public static Agent Agent(string name, AgentProvider? provider = null) => new()
    {
        Metadata = new() { Name = name, NamespaceProperty = "default", Uid = "uid-agent-" + name, Generation = 1 },
        Spec = new() { Role = AgentRole.Coder, Provider = provider, Tools = ["submit_result"] },
    };

    /// <summary>A task as a Workload has made it.</summary>
    public static AgenticTask Child(string workload, string step, TaskKind? kind = null) => new()
    {
        Metadata = new()
        {
            Name = $"{workload}-{step}",
            NamespaceProperty = "default",
            Uid = $"uid-{workload}-{step}",
            Generation = 1,
            Labels = new Dictionary<string, string> { [Labels.Workload] = workload, [Labels.Step] = step },
        },
        Spec = new() { Kind = kind ?? TaskKind.Freeform, AgentRef = Ref("writer"), Payload = new() { Prompt = $"Do {step}." } },
        Status = new() { Phase = TaskPhase.Pending },
    };

    /// <summary>The task with its spec changed.</summary>
    public static AgenticTask With(this AgenticTask task, Func<AgenticTaskSpec, AgenticTaskSpec> change) => task with { Spec = change(task.Spec) };

    /// <summary>The task with an annotation.</summary>
    public static AgenticTask Noted(this AgenticTask task, string annotation, string value) => task with
    {
        Metadata = task.Metadata with { Annotations = new Dictionary<string, string>(task.Metadata.Annotations ?? new Dictionary<string, string>()) { [annotation] = value } },
    };

    /// <summary>The task after a run that ended so.</summary>
    public static AgenticTask Ended(this AgenticTask task, RunEnd end) => end.Of(task);

    public static AgenticTask Running(this AgenticTask task) => task with { Status = task.Status with { Phase = TaskPhase.Running, Attempt = 1 } };

    public static WorkloadDecision Decide(Workload workload, params AgenticTask[] children) =>
        WorkloadEngine.Decide(new(workload) { Children = children, Agents = Agents }, Now);

    public static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();

    public static V1Condition? Condition(this WorkloadDecision decision, string type) => decision.Status?.Conditions.Find(type);

    /// <summary>The steps of the tasks that are to be made, in their order.</summary>
    public static string Made(this WorkloadDecision decision) => string.Join(' ', decision.Creates.Select(c => c.GetLabel(Labels.Step)));

    /// <summary>The entry of a step in the status that is to be written.</summary>
    public static WorkloadStep Entry(this WorkloadDecision decision, string step) => Assert.Single(decision.Status!.Plan!, s => s.Name == step);
}
