using System.Net;

namespace Foreman.Sandbox.Egress;

/// <summary>Bounds of the proxy.</summary>
public sealed record EgressLimits
{
    /// <summary>Most connections at once, from 1.</summary>
    public int MaxConnections { get; init; } = 64;

    /// <summary>Most bytes in both directions over the life of the proxy, from 1.</summary>
    public long MaxBytes { get; init; } = 2L << 30;

    /// <summary>Longest head of a request in bytes, from 64.</summary>
    public int MaxHeadBytes { get; init; } = 16 << 10;

    /// <summary>Longest time to read a head, and to reach a host; longer than zero.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Longest life of a connection.</summary>
    public TimeSpan MaxTime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Longest silence of a connection in both directions.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(1);
}

/// <summary>What the proxy takes from its surroundings.</summary>
internal sealed record EgressSurroundings
{
    /// <summary>All addresses of a name.</summary>
    public Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } = static (name, cancel) => System.Net.Dns.GetHostAddressesAsync(name, cancel);

    /// <summary>Which addresses may be reached.</summary>
    public Func<IPAddress, bool> IsAllowed { get; init; } = PublicAddresses.Contains;

    /// <summary>The clock of all bounds.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>A connection that was refused.</summary>
/// <param name="Host">As the client named it.</param>
/// <param name="Port">The port that it asked for; 0 when the request could not be read.</param>
/// <param name="Reason">Why, in words.</param>
public sealed record EgressRefusal(string Host, int Port, string Reason);
