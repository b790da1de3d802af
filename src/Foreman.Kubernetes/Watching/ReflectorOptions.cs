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

    /// <summary>
    /// True (the default) to take lists in the form of a stream (<c>sendInitialEvents</c>) where the server has it, which
    /// costs both sides less memory; false for pages always. Where it turns out that the server has it not, pages are taken.
    /// </summary>
    public bool StreamingLists { get; init; } = true;

    /// <summary>Objects in a page, where the list comes in pages. Default 500.</summary>
    public int PageSize { get; init; } = 500;

    /// <summary>
    /// How long a watch may be silent before another takes its place, which costs one call: so a connection of which the
    /// other end is gone, or a proxy that passes nothing on, is noticed also where there are no pings. Default 50 s; 5 s to 1 h.
    /// </summary>
    public TimeSpan SilenceLimit { get; init; } = TimeSpan.FromSeconds(50);

    /// <summary>Clock and timers. Default: the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Seed of the jitter that spreads waits and the ends of watches.</summary>
    public int Seed { get; init; } = HashCode.Combine(Environment.MachineName, Environment.ProcessId);

    /// <summary>Where failures are logged: the first of a row and each other one.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;
}
