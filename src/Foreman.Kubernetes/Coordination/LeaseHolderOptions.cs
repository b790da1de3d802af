using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Kubernetes;

/// <summary>How a <see cref="LeaseHolder"/> keeps its Lease.</summary>
public sealed record LeaseHolderOptions
{
    /// <summary>Without a renewal for this time others may take the Lease. Written as whole seconds, rounded up; default 40 s.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(40);

    /// <summary>Time between renewals, up to a tenth shorter or longer by jitter. Default 10 s.</summary>
    public TimeSpan RenewInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time until a failed renewal is tried again. Default 2 s.</summary>
    public TimeSpan RetryInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Clock and timers. Default: <see cref="SuspendAwareTimeProvider"/>, which also takes the place of <see cref="TimeProvider.System"/>.
    /// </summary>
    public TimeProvider Time { get; init; } = SuspendAwareTimeProvider.Instance;

    /// <summary>Seed of the jitter that spreads renewals.</summary>
    public int Seed { get; init; } = HashCode.Combine(Environment.MachineName, Environment.ProcessId);

    /// <summary>Where failed renewals are logged.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;
}
