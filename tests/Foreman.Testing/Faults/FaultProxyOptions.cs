namespace Foreman.Testing.Faults;

/// <summary>How a <see cref="FaultProxy"/> is set up.</summary>
public sealed record FaultProxyOptions
{
    /// <summary>The clock of the journal, and of delays, slow bodies and ends of watches.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>True to speak HTTP/1.1 only, as ALPN tells; else HTTP/2 too.</summary>
    public bool Http1Only { get; init; }
}
