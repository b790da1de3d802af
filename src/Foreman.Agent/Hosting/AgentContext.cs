using Foreman.Agent.Cli;
using Foreman.Agent.Identity;
using Foreman.Kubernetes;
using Microsoft.Extensions.Logging;

namespace Foreman.Agent.Hosting;

/// <summary>What every part of the agent needs.</summary>
/// <param name="Settings">What the flags say.</param>
/// <param name="Kubernetes">The API server.</param>
/// <param name="Identity">Who this process is.</param>
/// <param name="Time">The clock.</param>
/// <param name="Logger">The log.</param>
internal sealed record AgentContext(AgentSettings Settings, IKubernetes Kubernetes, HostIdentity Identity, TimeProvider Time, ILogger Logger)
{
    /// <summary>The host's tokens, when they are the agent's to renew; else null.</summary>
    public HostCredentials? Credentials { get; init; }

    public string NodeName => Settings.Node.Name;

    /// <summary>When the process started.</summary>
    public DateTimeOffset StartedAt { get; } = Time.GetUtcNow();

    /// <summary>Seed of all jitter; it only spreads requests of many hosts.</summary>
    public int Seed { get; } = StringComparer.Ordinal.GetHashCode(Identity.Holder);
}
