using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Kubernetes;

/// <summary>Options of a <see cref="Reflector{T}"/>.</summary>
public sealed record ReflectorOptions
{
    /// <summary>Namespaces to follow, each with calls of its own; empty (the default) for the whole cluster.</summary>
    public IReadOnlyList<string> Namespaces { get; init; } = [];

    /// <summary>Only objects whose labels match; see <see cref="Selectors"/>.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>Only objects whose fields match; see <see cref="Selectors"/>.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>
    /// True (the default) to take lists in the form of a stream (<c>sendInitialEvents</c>) where the server has it, which
    /// costs both sides less memory; false for pages always. Falls back to pages where the server does not support it.
    /// </summary>
    public bool StreamingLists { get; init; } = true;

    /// <summary>Objects in a page, where the list comes in pages. Default 500.</summary>
    public int PageSize { get; init; } = 500;

    /// <summary>
    /// How long a watch may be silent before it is replaced by a new one, so that a half-open connection or a stalled proxy
    /// is detected even without pings. Default 50 s; 5 s to 1 h.
    /// </summary>
    public TimeSpan SilenceLimit { get; init; } = TimeSpan.FromSeconds(50);

    /// <summary>Clock and timers. Default: the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Seed of the jitter that spreads waits and the ends of watches.</summary>
    public int Seed { get; init; } = HashCode.Combine(Environment.MachineName, Environment.ProcessId);

    /// <summary>Log of failures; repetitions of the same failure are logged once.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;
}
