namespace Foreman.Api;

/// <summary>The agent process that holds a host's Lease.</summary>
public sealed record AgentInstance
{
    /// <summary>Identity in the Lease: host id, a slash, a nonce of the process.</summary>
    public string Holder { get => field ?? ""; init; }

    /// <summary>When the process started.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Process id on the host.</summary>
    public int? Pid { get; init; }

    /// <summary>Host name as the operating system gives it.</summary>
    public string? Host { get; init; }
}
