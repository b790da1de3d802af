using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Foreman.Kubernetes;
using Foreman.Kubernetes.Json;

namespace Foreman.Testing.Kubelet;

/// <summary>A pod, as far as the small kubelet looks at it.</summary>
internal sealed record Pod : IResource<Pod>
{
    /// <inheritdoc/>
    public static ResourceType Type { get; } = new("", "v1", "Pod", "pods", Namespaced: true);

    /// <inheritdoc/>
    public static JsonTypeInfo<Pod> TypeInfo => KubeletJson.Default.Pod;

    /// <inheritdoc/>
    public static JsonTypeInfo<ResourceList<Pod>> ListTypeInfo => KubeletJson.Default.ResourceListPod;

    /// <inheritdoc/>
    public string ApiVersion { get => field ?? Type.ApiVersion; init; }

    /// <inheritdoc/>
    public string Kind { get => field ?? Type.Kind; init; }

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get => field ?? new(); init; }

    public PodSpec Spec { get => field ?? new(); init; }

    public PodStatus? Status { get; init; }
}

/// <summary>What runs in a pod.</summary>
internal sealed record PodSpec
{
    public string? NodeName { get; init; }

    public string RestartPolicy { get => field ?? "Always"; init; }

    public long? TerminationGracePeriodSeconds { get; init; }

    public long? ActiveDeadlineSeconds { get; init; }

    public string? ServiceAccountName { get; init; }

    public string? Hostname { get; init; }

    public bool? ShareProcessNamespace { get; init; }

    public PodSecurity SecurityContext { get => field ?? new(); init; }

    public IReadOnlyList<Volume> Volumes { get => field ?? []; init; }

    public IReadOnlyList<Container> InitContainers { get => field ?? []; init; }

    public IReadOnlyList<Container> Containers { get => field ?? []; init; }

    public JsonElement? EphemeralContainers { get; init; }
}

/// <summary>Who the containers of a pod run as.</summary>
internal sealed record PodSecurity
{
    public long? RunAsUser { get; init; }

    public long? RunAsGroup { get; init; }

    public bool? RunAsNonRoot { get; init; }

    public long? FsGroup { get; init; }

    public IReadOnlyList<long> SupplementalGroups { get => field ?? []; init; }
}

/// <summary>One container of a pod.</summary>
internal sealed record Container
{
    public string Name { get => field ?? ""; init; }

    public string Image { get => field ?? ""; init; }

    public string? ImagePullPolicy { get; init; }

    public IReadOnlyList<string>? Command { get; init; }

    public IReadOnlyList<string>? Args { get; init; }

    public string? WorkingDir { get; init; }

    public IReadOnlyList<EnvVar> Env { get => field ?? []; init; }

    public IReadOnlyList<EnvFromSource> EnvFrom { get => field ?? []; init; }

    public IReadOnlyList<VolumeMount> VolumeMounts { get => field ?? []; init; }

    public ContainerResources Resources { get => field ?? new(); init; }

    public ContainerSecurity SecurityContext { get => field ?? new(); init; }

    public string? RestartPolicy { get; init; }

    public string? TerminationMessagePath { get; init; }

    public string? TerminationMessagePolicy { get; init; }

    public JsonElement? Lifecycle { get; init; }

    /// <summary>A native sidecar: an init container that runs beside the others until they have ended.</summary>
    [JsonIgnore]
    public bool IsSidecar => RestartPolicy == "Always";
}

/// <summary>What a container asks for and may use, as quantities by resource.</summary>
internal sealed record ContainerResources
{
    public IReadOnlyDictionary<string, string>? Limits { get; init; }

    public IReadOnlyDictionary<string, string>? Requests { get; init; }
}

/// <summary>Who a container runs as.</summary>
internal sealed record ContainerSecurity
{
    public long? RunAsUser { get; init; }

    public long? RunAsGroup { get; init; }

    public bool? RunAsNonRoot { get; init; }

    public bool? ReadOnlyRootFilesystem { get; init; }
}

/// <summary>Where a volume is seen in a container.</summary>
internal sealed record VolumeMount
{
    public string Name { get => field ?? ""; init; }

    public string MountPath { get => field ?? ""; init; }

    public string? SubPath { get; init; }

    public string? SubPathExpr { get; init; }

    public bool? ReadOnly { get; init; }
}

/// <summary>How the small kubelet's objects are read and written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(Rfc3339Converter)])]
[JsonSerializable(typeof(Pod))]
[JsonSerializable(typeof(ResourceList<Pod>))]
[JsonSerializable(typeof(PodStatus))]
internal sealed partial class KubeletJson : JsonSerializerContext;
