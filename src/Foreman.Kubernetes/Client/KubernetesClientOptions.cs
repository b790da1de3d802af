using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Kubernetes;

/// <summary>Options of a <see cref="KubernetesClient"/>.</summary>
public sealed record KubernetesClientOptions
{
    /// <summary>Clock and timers. Default: the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where warnings of the API server are logged, each once.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>Called with each warning that the API server sends with an answer, for example about a dropped field.</summary>
    public Action<string>? OnWarning { get; init; }

    /// <summary>Name under which the client writes when the call names none; null for the product name.</summary>
    public string? FieldManager { get; init; }

    /// <summary>How long calls may take, unless <see cref="IKubernetes.With"/> says otherwise.</summary>
    public CallOptions Calls { get; init; } = new();

    internal WriteOptions Complete(WriteOptions? options)
    {
        options ??= new();
        return options.FieldManager is null ? options with { FieldManager = FieldManager } : options;
    }

    internal PatchOptions Complete(PatchOptions? options)
    {
        options ??= new();
        return options.FieldManager is null ? options with { FieldManager = FieldManager } : options;
    }

    internal ReplaceOptions Complete(ReplaceOptions? options)
    {
        options ??= new();
        return options.FieldManager is null ? options with { FieldManager = FieldManager } : options;
    }
}
