using System.Text.Json.Serialization;

namespace Foreman.Testing.Kubelet;

/// <summary>A volume of a pod: one of its sources is set.</summary>
internal sealed record Volume
{
    public string Name { get => field ?? ""; init; }

    public EmptyDirSource? EmptyDir { get; init; }

    public SecretSource? Secret { get; init; }

    public ConfigMapSource? ConfigMap { get; init; }

    public ProjectedSource? Projected { get; init; }

    public DownwardSource? DownwardAPI { get; init; }

    public HostPathSource? HostPath { get; init; }

    public ImageSource? Image { get; init; }

    /// <summary>Whether its content comes from the API or an image, and so is only read.</summary>
    [JsonIgnore]
    public bool IsReadOnly => EmptyDir is null && HostPath is null;
}

/// <summary>An empty folder that lives as long as the pod.</summary>
internal sealed record EmptyDirSource
{
    public string? Medium { get; init; }

    public string? SizeLimit { get; init; }
}

/// <summary>The values of a Secret as files.</summary>
internal sealed record SecretSource
{
    public string SecretName { get => field ?? ""; init; }

    public IReadOnlyList<KeyToPath>? Items { get; init; }

    public int? DefaultMode { get; init; }

    public bool? Optional { get; init; }
}

/// <summary>The values of a ConfigMap as files.</summary>
internal sealed record ConfigMapSource
{
    public string Name { get => field ?? ""; init; }

    public IReadOnlyList<KeyToPath>? Items { get; init; }

    public int? DefaultMode { get; init; }

    public bool? Optional { get; init; }
}

/// <summary>Several sources in one folder.</summary>
internal sealed record ProjectedSource
{
    public IReadOnlyList<Projection> Sources { get => field ?? []; init; }

    public int? DefaultMode { get; init; }
}

/// <summary>One source of a projected volume.</summary>
internal sealed record Projection
{
    public NamedProjection? Secret { get; init; }

    public NamedProjection? ConfigMap { get; init; }

    public TokenProjection? ServiceAccountToken { get; init; }

    public DownwardSource? DownwardAPI { get; init; }
}

/// <summary>A Secret or ConfigMap in a projected volume.</summary>
internal sealed record NamedProjection
{
    public string Name { get => field ?? ""; init; }

    public IReadOnlyList<KeyToPath>? Items { get; init; }

    public bool? Optional { get; init; }
}

/// <summary>A token of the pod's ServiceAccount in a projected volume.</summary>
internal sealed record TokenProjection
{
    public string? Audience { get; init; }

    public long? ExpirationSeconds { get; init; }

    public string Path { get => field ?? "token"; init; }
}

/// <summary>Fields of the pod as files.</summary>
internal sealed record DownwardSource
{
    public IReadOnlyList<DownwardItem> Items { get => field ?? []; init; }

    public int? DefaultMode { get; init; }
}

/// <summary>One field of the pod as a file.</summary>
internal sealed record DownwardItem
{
    public string Path { get => field ?? ""; init; }

    public FieldSelection? FieldRef { get; init; }

    public ResourceSelection? ResourceFieldRef { get; init; }

    public int? Mode { get; init; }
}

/// <summary>A path of this machine.</summary>
internal sealed record HostPathSource
{
    public string Path { get => field ?? ""; init; }
}

/// <summary>The content of an image.</summary>
internal sealed record ImageSource
{
    public string Reference { get => field ?? ""; init; }

    public string? PullPolicy { get; init; }
}

/// <summary>A key and the file that its value becomes.</summary>
internal sealed record KeyToPath
{
    public string Key { get => field ?? ""; init; }

    public string Path { get => field ?? ""; init; }

    public int? Mode { get; init; }
}

/// <summary>A variable of a container.</summary>
internal sealed record EnvVar
{
    public string Name { get => field ?? ""; init; }

    public string? Value { get; init; }

    public EnvVarSource? ValueFrom { get; init; }
}

/// <summary>Where the value of a variable comes from: one is set.</summary>
internal sealed record EnvVarSource
{
    public FieldSelection? FieldRef { get; init; }

    public ResourceSelection? ResourceFieldRef { get; init; }

    public KeySelection? ConfigMapKeyRef { get; init; }

    public KeySelection? SecretKeyRef { get; init; }
}

/// <summary>All values of an object as variables.</summary>
internal sealed record EnvFromSource
{
    public string? Prefix { get; init; }

    public ObjectSelection? ConfigMapRef { get; init; }

    public ObjectSelection? SecretRef { get; init; }
}

/// <summary>A Secret or ConfigMap by name.</summary>
internal sealed record ObjectSelection
{
    public string Name { get => field ?? ""; init; }

    public bool? Optional { get; init; }
}

/// <summary>One value of a Secret or ConfigMap.</summary>
internal sealed record KeySelection
{
    public string Name { get => field ?? ""; init; }

    public string Key { get => field ?? ""; init; }

    public bool? Optional { get; init; }
}

/// <summary>A field of the pod.</summary>
internal sealed record FieldSelection
{
    public string FieldPath { get => field ?? ""; init; }
}

/// <summary>A limit or request of a container.</summary>
internal sealed record ResourceSelection
{
    public string? ContainerName { get; init; }

    public string Resource { get => field ?? ""; init; }

    public string? Divisor { get; init; }
}
