using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>A container that is the task, instead of our loop: any coding agent with a command line.</summary>
public sealed record TaskContainer
{
    /// <summary>Image of the container.</summary>
    [Required]
    [Length(Min = 1, Max = 1024)]
    public string Image { get => field ?? ""; init; }

    /// <summary>When the image is pulled: Always, IfNotPresent or Never; that of the operator's configuration when absent.</summary>
    public string? ImagePullPolicy { get; init; }

    /// <summary>The program; that of the image when absent, which forbids setupCommand and teardownCommand. <c>$(NAME)</c> stands for a variable, as in core/v1.</summary>
    public IReadOnlyList<string>? Command { get; init; }

    /// <summary>Arguments of the program; <c>$(NAME)</c> stands for a variable, as in core/v1.</summary>
    public IReadOnlyList<string>? Args { get; init; }

    /// <summary>Variables; secrets by reference only.</summary>
    [ListMap("name")]
    public IReadOnlyList<ContainerVariable>? Env { get; init; }

    /// <summary>Secrets and ConfigMaps whose keys become variables.</summary>
    public IReadOnlyList<ContainerVariableSource>? EnvFrom { get; init; }

    /// <summary>Where the program starts; the workspace when absent.</summary>
    public string? WorkingDir { get; init; }

    /// <summary>Text for a POSIX shell that runs before the program, in the same image; what it writes to the file <c>$FOREMAN_ENV_FILE</c> is in the environment of the task.</summary>
    [Length(Max = 65536)]
    public string? SetupCommand { get; init; }

    /// <summary>Text for a POSIX shell that runs once after the program, however it ended, within the operator's teardownTimeoutSeconds.</summary>
    [Length(Max = 65536)]
    public string? TeardownCommand { get; init; }

    /// <summary>Images whose files the container sees.</summary>
    [ListMap("name")]
    [Length(Max = 16)]
    public IReadOnlyList<TaskSidecar>? Sidecars { get; init; }

    /// <summary>Requests and limits; those of the template and of the operator where absent, each resource by itself.</summary>
    public ResourceRequirements? Resources { get; init; }
}

/// <summary>A variable of a container (core/v1 EnvVar).</summary>
public sealed record ContainerVariable
{
    /// <summary>Name of the variable.</summary>
    [Required]
    [Length(Min = 1, Max = 256)]
    public string Name { get => field ?? ""; init; }

    /// <summary>Its value; empty when absent.</summary>
    public string? Value { get; init; }

    /// <summary>Where its value is read; excludes value.</summary>
    public ContainerVariableValue? ValueFrom { get; init; }
}

/// <summary>Where the value of a variable is read (core/v1 EnvVarSource): exactly one of its fields.</summary>
public sealed record ContainerVariableValue
{
    /// <summary>A key of a Secret.</summary>
    public SecretKeySelector? SecretKeyRef { get; init; }

    /// <summary>A key of a ConfigMap.</summary>
    public OptionalConfigMapKey? ConfigMapKeyRef { get; init; }

    /// <summary>A field of the pod.</summary>
    public PodFieldSelector? FieldRef { get; init; }
}

/// <summary>A key of a ConfigMap in the same namespace (core/v1 ConfigMapKeySelector).</summary>
public sealed record OptionalConfigMapKey
{
    /// <summary>Name of the ConfigMap.</summary>
    [Default("\"\"")]
    public string Name { get => field ?? ""; init; }

    /// <summary>Key in the ConfigMap.</summary>
    [Required]
    public string Key { get => field ?? ""; init; }

    /// <summary>True when the ConfigMap or the key may be absent.</summary>
    public bool? Optional { get; init; }
}

/// <summary>A field of the pod (core/v1 ObjectFieldSelector).</summary>
public sealed record PodFieldSelector
{
    /// <summary>Version of the pod's schema; v1 when absent.</summary>
    public string? ApiVersion { get; init; }

    /// <summary>The field, as <c>status.podIP</c>.</summary>
    [Required]
    public string FieldPath { get => field ?? ""; init; }
}

/// <summary>A Secret or a ConfigMap whose keys become variables (core/v1 EnvFromSource): exactly one of the two.</summary>
public sealed record ContainerVariableSource
{
    /// <summary>Put before each key.</summary>
    public string? Prefix { get; init; }

    /// <summary>The Secret.</summary>
    public OptionalReference? SecretRef { get; init; }

    /// <summary>The ConfigMap.</summary>
    public OptionalReference? ConfigMapRef { get; init; }
}

/// <summary>An object in the same namespace that may be optional (core/v1 SecretEnvSource, ConfigMapEnvSource).</summary>
public sealed record OptionalReference
{
    /// <summary>Name of the object.</summary>
    [Default("\"\"")]
    public string Name { get => field ?? ""; init; }

    /// <summary>True when it may be absent.</summary>
    public bool? Optional { get; init; }
}

/// <summary>An image whose files the container sees.</summary>
public sealed record TaskSidecar
{
    /// <summary>Name, unique within the task: at most 40 lower-case letters, digits and dashes.</summary>
    [Required]
    [Length(Min = 1, Max = 40)]
    [Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")]
    public string Name { get => field ?? ""; init; }

    /// <summary>The image.</summary>
    [Required]
    [Length(Min = 1, Max = 1024)]
    public string Image { get => field ?? ""; init; }

    /// <summary>Where its files are: an absolute path outside of the workspace and of what Foreman mounts.</summary>
    [Required]
    [Length(Min = 1, Max = 1024)]
    public string MountPath { get => field ?? ""; init; }

    /// <summary>True lets the task change its copy of the files; not possible with image volumes.</summary>
    public bool? ReadWrite { get; init; }
}
