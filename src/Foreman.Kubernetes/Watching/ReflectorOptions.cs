using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Kubernetes;

/// <summary>What a <see cref="Reflector{T}"/> follows, and what it gets from the program around it.</summary>
public sealed record ReflectorOptions
{
    /// <summary>Namespaces to follow, each with calls of its own; empty (the default) for the whole cluster.</summary>
    public IReadOnlyList<string> Namespaces { get; init; } = [];

    /// <summary>Only objects whose labels match; see <see cref="Selectors"/>.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>Only objects whose fields match; see <see cref="Selectors"/>.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>Objects in a page of the list. Default 500.</summary>
    public int PageSize { get; init; } = 500;

    /// <summary>Clock and timers. Default: the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Seed of the chance that spreads waits and the ends of watches.</summary>
    public int Seed { get; init; } = HashCode.Combine(Environment.MachineName, Environment.ProcessId);

    /// <summary>Where failures are logged: the first of a row and each other one.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;
}
