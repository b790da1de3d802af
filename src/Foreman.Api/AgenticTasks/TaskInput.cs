using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>
/// A file that is put into the workspace before the run begins. Exactly one of configMapKeyRef, url and fromTask says where it
/// comes from; the operator fetches it before the task is assigned for the first time.
/// </summary>
public sealed record TaskInput
{
    /// <summary>Most inputs of a task.</summary>
    public const int MaxInputs = 32;

    /// <summary>Most bytes of all contents of a task together, before base64: an object of the API holds 1.5 MiB.</summary>
    public const int MaxContentBytes = 640 * 1024;

    /// <summary>Most bytes of a file that stays on its host and is copied from disk to disk.</summary>
    public const int MaxBytesOnHost = 64 * 1024 * 1024;

    /// <summary>Path in the workspace: relative, with slashes, without <c>..</c>; at most 1024 characters.</summary>
    [Required]
    [Length(Min = 1, Max = 1024)]
    public string Path { get => field ?? ""; init; }

    /// <summary>A key of a ConfigMap in the task's namespace.</summary>
    public ConfigMapKeySelector? ConfigMapKeyRef { get; init; }

    /// <summary>An http or https URL that the operator allows with --input-url-allow; at most 2048 characters.</summary>
    [Length(Min = 1, Max = 2048)]
    public string? Url { get; init; }

    /// <summary>A file that another task delivered; that task must stand in spec.dependsOn.</summary>
    public TaskFileReference? FromTask { get; init; }

    /// <summary>SHA-256 that the file must have, in lower-case hexadecimal; any file is taken when absent.</summary>
    [Pattern("^[0-9a-f]{64}$")]
    public string? Sha256 { get; init; }

    /// <summary>The file, in base64; the operator fills it in, at most 640 KiB of files for all inputs of a task.</summary>
    [Length(Max = 874000)]
    public byte[]? Content { get; init; }

    /// <summary>The host whose disk has the file; the operator fills it in for a file of another task that is too large for content.</summary>
    [Length(Max = 253)]
    public string? Host { get; init; }

    /// <summary>True once the operator has seen to it: the file is in the task, or its host is known.</summary>
    public bool IsFilled() => Content is not null || (FromTask is not null && !string.IsNullOrEmpty(Host));
}

/// <summary>One key of a ConfigMap in the same namespace.</summary>
public sealed record ConfigMapKeySelector
{
    /// <summary>Name of the ConfigMap.</summary>
    [Required]
    [Length(Min = 1, Max = 253)]
    public string Name { get => field ?? ""; init; }

    /// <summary>Key in its data or binaryData.</summary>
    [Required]
    [Length(Min = 1, Max = 253)]
    public string Key { get => field ?? ""; init; }
}

/// <summary>A file that a task delivered.</summary>
public sealed record TaskFileReference
{
    /// <summary>Name of the task, in the same namespace.</summary>
    [Required]
    [Length(Min = 1, Max = 253)]
    public string Name { get => field ?? ""; init; }

    /// <summary>Path in that task's workspace, as its result.extra.files lists it.</summary>
    [Required]
    [Length(Min = 1, Max = 4096)]
    public string Path { get => field ?? ""; init; }
}
