using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Foreman.Kubernetes.Json;

/// <summary>The one JSON contract of the Kubernetes types in this assembly.</summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(Rfc3339Converter)])]
[JsonSerializable(typeof(V1Lease))]
[JsonSerializable(typeof(ResourceList<V1Lease>))]
[JsonSerializable(typeof(V1ConfigMap))]
[JsonSerializable(typeof(ResourceList<V1ConfigMap>))]
[JsonSerializable(typeof(V1Secret))]
[JsonSerializable(typeof(ResourceList<V1Secret>))]
[JsonSerializable(typeof(V1Namespace))]
[JsonSerializable(typeof(ResourceList<V1Namespace>))]
[JsonSerializable(typeof(V1ServiceAccount))]
[JsonSerializable(typeof(ResourceList<V1ServiceAccount>))]
[JsonSerializable(typeof(V1SelfSubjectAccessReview))]
[JsonSerializable(typeof(ResourceList<V1SelfSubjectAccessReview>))]
[JsonSerializable(typeof(CoreV1Event))]
[JsonSerializable(typeof(ResourceList<CoreV1Event>))]
[JsonSerializable(typeof(PartialObjectMetadata))]
[JsonSerializable(typeof(ResourceList<PartialObjectMetadata>))]
[JsonSerializable(typeof(V1Table))]
[JsonSerializable(typeof(V1Status))]
[JsonSerializable(typeof(V1ObjectMeta))]
[JsonSerializable(typeof(V1Condition))]
[JsonSerializable(typeof(IReadOnlyList<V1Condition>))]
[JsonSerializable(typeof(V1OwnerReference))]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(JsonArray))]
public sealed partial class KubernetesJson : JsonSerializerContext;
