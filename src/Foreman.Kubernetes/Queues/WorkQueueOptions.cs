namespace Foreman.Kubernetes;

/// <summary>Options of a <see cref="WorkQueue{TKey}"/>.</summary>
public sealed record WorkQueueOptions
{
    /// <summary>Name of the queue in its metrics.</summary>
    public string Name { get; init; } = "workqueue";

    /// <summary>Waits of keys that are added again after a failure.</summary>
    public RetryBackoff Backoff { get; init; } = new();

    /// <summary>
    /// At least one in this number of takes goes to the key that has waited longest, whatever its priority, so that none is
    /// starved. Default 8, at least 1 (then priorities mean nothing).
    /// </summary>
    public int FairShare { get; init; } = 8;

    /// <summary>Clock and timers. Default: the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Seed of the jitter that spreads the waits of failed keys.</summary>
    public int Seed { get; init; } = HashCode.Combine(Environment.MachineName, Environment.ProcessId);

    /// <exception cref="ArgumentException">A number is out of its range.</exception>
    internal WorkQueueOptions Validated()
    {
        if (FairShare < 1)
        {
            throw new ArgumentException($"FairShare is {FairShare}, it must be at least 1");
        }

        return Backoff.ValidationError is { } error ? throw new ArgumentException(error) : this;
    }
}
