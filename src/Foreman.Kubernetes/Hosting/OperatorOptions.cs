namespace Foreman.Kubernetes;

/// <summary>Options shared by the controllers of a program.</summary>
public sealed record OperatorOptions
{
    /// <summary>Name of the program: the source of its events, and the name of its Lease. Default: the host's application name.</summary>
    public string? Name { get; init; }

    /// <summary>Namespaces that controllers follow which name none themselves; empty (the default) for the whole cluster.</summary>
    public IReadOnlyList<string> Namespaces { get; init; } = [];

    /// <summary>Lets only one of several processes reconcile; null (the default) when there is only one.</summary>
    public OperatorLeaderElection? LeaderElection { get; init; }

    /// <summary>Clock and timers. Default: the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>How processes agree on the one that reconciles. The stores of the others follow too, so that they can take over at once.</summary>
public sealed record OperatorLeaderElection
{
    /// <summary>Namespace of the Lease; null for the one of the client's configuration.</summary>
    public string? Namespace { get; init; }

    /// <summary>Name of the Lease; null for the operator's name.</summary>
    public string? LeaseName { get; init; }

    /// <summary>Who contends; must differ between any two processes. Default: the machine's name and something unique.</summary>
    public string Identity { get; init; } = $"{Environment.MachineName}_{Guid.NewGuid():n}";

    /// <summary>Without a renewal for this time another process takes over. Default 15 s, whole seconds.</summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Without a renewal for this time the leader stops. Default 10 s, shorter than the Lease's duration.</summary>
    public TimeSpan RenewDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Wait between attempts. Default 2 s.</summary>
    public TimeSpan RetryPeriod { get; init; } = TimeSpan.FromSeconds(2);
}
