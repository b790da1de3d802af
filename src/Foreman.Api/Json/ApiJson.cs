using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Foreman.Kubernetes;
using Foreman.Kubernetes.Json;

namespace Foreman.Api;

/// <summary>The JSON contract of the API's objects, but for those that only the operator reads.</summary>
// With converters the serializer never takes its fast path, which would only make the programs larger.
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(Rfc3339Converter)])]
[JsonSerializable(typeof(FleetNode))]
[JsonSerializable(typeof(ResourceList<FleetNode>))]
[JsonSerializable(typeof(AgenticTask))]
[JsonSerializable(typeof(ResourceList<AgenticTask>))]
[JsonSerializable(typeof(Agent))]
[JsonSerializable(typeof(ResourceList<Agent>))]
[JsonSerializable(typeof(ModelProfile))]
[JsonSerializable(typeof(ResourceList<ModelProfile>))]
[JsonSerializable(typeof(RunLog))]
[JsonSerializable(typeof(ResourceList<RunLog>))]
[JsonSerializable(typeof(FleetNodeStatus))]
[JsonSerializable(typeof(FleetNodeSpec))]
[JsonSerializable(typeof(NodeCapability))]
[JsonSerializable(typeof(AgentSpec))]
[JsonSerializable(typeof(AgenticTaskStatus))]
[JsonSerializable(typeof(TaskAttempt))]
[JsonSerializable(typeof(TaskProgress))]
[JsonSerializable(typeof(TaskClaim))]
[JsonSerializable(typeof(ResumePoint))]
[JsonSerializable(typeof(PromisedModel))]
[JsonSerializable(typeof(Usage))]
[JsonSerializable(typeof(IReadOnlyList<TaskAttempt>))]
[JsonSerializable(typeof(IReadOnlyList<NotAccepting>))]
[JsonSerializable(typeof(AgentInstance))]
[JsonSerializable(typeof(ResultEnvelope))]
[JsonSerializable(typeof(GateCheckResult))]
[JsonSerializable(typeof(TranscriptRecord))]
[JsonSerializable(typeof(JsonObject))]
public sealed partial class ApiJson : JsonSerializerContext;
