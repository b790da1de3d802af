using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Kubernetes;

/// <summary>Configuration of a <see cref="LeaderElector"/>. The Lease's duration is set in its lock (15 s by default).</summary>
/// <param name="Lock">The Lease and the identity that contends for it.</param>
public sealed record LeaderElectionConfig(LeaseLock Lock)
{
    /// <summary>Without a renewal for this time the leader stops leading. Default 10 s; shorter than the Lease's duration.</summary>
    public TimeSpan RenewDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Wait between attempts. Default 2 s; the renewal deadline must be more than 1.2 times as long.</summary>
    public TimeSpan RetryPeriod { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Seed of the jitter that spreads attempts.</summary>
    public int Seed { get; init; } = HashCode.Combine(Environment.MachineName, Environment.ProcessId);

    /// <summary>Where failed attempts are logged.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>Checks the durations against each other.</summary>
    /// <exception cref="ArgumentException">Two leaders would be possible, or renewal would never be in time.</exception>
    internal LeaderElectionConfig Validated()
    {
        if (RetryPeriod <= TimeSpan.Zero)
        {
            throw new ArgumentException($"RetryPeriod is {RetryPeriod}, it must be more than zero");
        }

        if (RenewDeadline <= RetryPeriod * 1.2)
        {
            throw new ArgumentException($"RenewDeadline is {RenewDeadline}, it must be more than 1.2 times RetryPeriod ({RetryPeriod})");
        }

        return Lock.Duration > RenewDeadline
            ? this
            : throw new ArgumentException($"the Lease's duration is {Lock.Duration}, it must be more than RenewDeadline ({RenewDeadline})");
    }
}
