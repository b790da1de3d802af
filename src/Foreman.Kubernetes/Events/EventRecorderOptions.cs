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

    /// <summary>How many different events are remembered to count those that are alike. Default 1024.</summary>
    public int Remembered { get; init; } = 1024;

    /// <summary>Clock. Default: the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where events that could not be stored are logged.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;
}
