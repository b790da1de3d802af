using System.Net;
using Foreman.Primitives;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Git.Forges;

/// <summary>How a forge is called.</summary>
public sealed record ForgeOptions
{
    /// <summary>The longest single call, its answer included; longer than zero.</summary>
    public TimeSpan CallLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>All calls of one operation together, pages and tries included and waits not; no further call begins afterwards. From <see cref="CallLimit"/>.</summary>
    public TimeSpan AllCallsLimit { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>All waits of one operation together, for rate limits and between tries; from zero.</summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How often a call is tried that gets no answer, from 1.</summary>
    public int Tries { get; init; } = 4;

    /// <summary>The waits between tries.</summary>
    public Backoff Backoff { get; init; } = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(20));

    /// <summary>Spreads the waits.</summary>
    public int Seed { get; init; }

    /// <summary>How much is read.</summary>
    public ForgeLimits Limits { get; init; } = new();

    /// <summary>Told of each wait before it begins; null for nobody.</summary>
    public Action<ForgeWait>? Waiting { get; init; }

    /// <summary>Between here and the forge.</summary>
    public IWebProxy Proxies { get; init; } = EnvironmentProxy.OfProcess;

    /// <summary>Where waits are logged.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;
}

/// <summary>A forge is waited for.</summary>
/// <param name="Reason">Why: a rate limit, or what failed.</param>
/// <param name="Until">When it goes on.</param>
public sealed record ForgeWait(string Reason, DateTimeOffset Until);
