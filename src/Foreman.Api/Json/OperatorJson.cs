using System.Text.Json.Serialization;
using Foreman.Kubernetes;
using Foreman.Kubernetes.Json;

namespace Foreman.Api;

/// <summary>The JSON contract of the kinds that only the operator reads: in one context with the others, every agent would carry their code.</summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(Rfc3339Converter)])]
[JsonSerializable(typeof(Workload))]
[JsonSerializable(typeof(ResourceList<Workload>))]
[JsonSerializable(typeof(Workflow))]
[JsonSerializable(typeof(ResourceList<Workflow>))]
[JsonSerializable(typeof(AgentRelease))]
[JsonSerializable(typeof(ResourceList<AgentRelease>))]
[JsonSerializable(typeof(TaskSchedule))]
[JsonSerializable(typeof(ResourceList<TaskSchedule>))]
[JsonSerializable(typeof(ToolRequest))]
[JsonSerializable(typeof(ResourceList<ToolRequest>))]
[JsonSerializable(typeof(UserDeployment))]
[JsonSerializable(typeof(ResourceList<UserDeployment>))]
internal sealed partial class OperatorJson : JsonSerializerContext;
