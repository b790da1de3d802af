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

    /// <summary>How many different events are remembered to count those that are alike; beyond, the one told longest ago is forgotten. Default 4096.</summary>
    public int Remembered { get; init; } = 4096;

    /// <summary>
    /// Events about one object that differ in the message alone are folded into one from the so-manieth different message on.
    /// Default 10.
    /// </summary>
    public int MaxSimilar { get; init; } = 10;

    /// <summary>After so long without a similar event folding begins anew. Default 600 s.</summary>
    public TimeSpan SimilarInterval { get; init; } = TimeSpan.FromSeconds(600);

    /// <summary>So many events about one object may be told in a row; more are dropped, and counted in the metric <c>controller.events.dropped</c>. Default 25.</summary>
    public int BurstSize { get; init; } = 25;

    /// <summary>Each time this has passed, one more event about an object may be told. Default 300 s.</summary>
    public TimeSpan RefillInterval { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>Clock. Default: the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where events that could not be stored are logged.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    internal CorrelatorRules Rules => new(Math.Max(1, Remembered), Math.Max(1, MaxSimilar), SimilarInterval, BurstSize, RefillInterval);
}
