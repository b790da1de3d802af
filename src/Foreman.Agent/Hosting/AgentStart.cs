using Foreman.Agent.Heartbeat;
using Foreman.Agent.Leasing;
using Foreman.Agent.Registration;
using Foreman.Agent.Rights;
using Foreman.Agent.Sandboxing;
using Microsoft.Extensions.Hosting;

namespace Foreman.Agent.Hosting;

/// <summary>
/// The start. The order matters: nothing is written before the CRDs are known to be right, no task is read before the Lease
/// is held, and the first status, which names this process, comes before any claim.
/// </summary>
internal sealed class AgentStart(AgentContext context, HostState state, NodeLease lease, NodeWatch watch, HeartbeatLoop heartbeat, RightsWatch rights, HostSandbox sandbox) : IHostedService
{
    /// <exception cref="Foreman.Hosting.ExitException">The start can't be completed.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var retry = new StartRetry(context);
        state.Change(facts => facts with { LocalRepositories = context.Settings.Runs.AllowLocalRepos });
        var probing = Task.WhenAll(heartbeat.ProbeAsync(cancellationToken), sandbox.FindAsync(cancellationToken));
        if (await retry.RunAsync(cancel => DefinitionCheck.RunAsync(context.Kubernetes, cancel), cancellationToken) is { } older)
        {
            context.Logger.DefinitionsOlder(older);
        }

        var node = await retry.RunAsync(new NodeRegistration(context).EnsureAsync, cancellationToken);
        await lease.AcquireAsync(node, retry, cancellationToken);
        watch.Set(node);
        await rights.CheckAsync(cancellationToken);
        await probing;
        await heartbeat.TryWriteAsync(cancellationToken);
        context.Logger.Joined(context.NodeName, context.Identity.Holder, state.Facts.Probed?.Slots, state.Facts.Probed?.Capability.Accelerator);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
