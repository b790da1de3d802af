using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Kubernetes;

/// <summary>Who reports events.</summary>
public sealed record EventRecorderOptions
{
    /// <summary>Program that reports.</summary>
    public string Component { get; init; } = "foreman-kubernetes";

    /// <summary>Host or pod that reports.</summary>
    public string Instance { get; init; } = Environment.MachineName;

    /// <summary>Bound on cached events for correlation; the least recently published is evicted. Default 4096.</summary>
    public int Remembered { get; init; } = 4096;

    /// <summary>Number of different messages from which similar events about one object are aggregated into one. Default 10.</summary>
    public int MaxSimilar { get; init; } = 10;

    /// <summary>After this time without a similar event, aggregation starts again. Default 600 s.</summary>
    public TimeSpan SimilarInterval { get; init; } = TimeSpan.FromSeconds(600);

    /// <summary>
    /// Burst of events about one object; more are dropped, and counted in the metric <c>controller.events.dropped</c>.
    /// Default 25.
    /// </summary>
    public int BurstSize { get; init; } = 25;

    /// <summary>Time after which one more event about an object is allowed. Default 300 s.</summary>
    public TimeSpan RefillInterval { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>Clock. Default: the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where events that could not be stored are logged.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    internal CorrelatorRules Rules => new(Math.Max(1, Remembered), Math.Max(1, MaxSimilar), SimilarInterval, BurstSize, RefillInterval);
}
