using Foreman.Agent.Dispatching;
using Foreman.Agent.Draining;
using Foreman.Agent.Heartbeat;
using Foreman.Agent.Leasing;
using Foreman.Api;
using Foreman.Hosting;
using Foreman.Probes;
using Foreman.Runner;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Foreman.Agent.Hosting;

/// <summary>The parts of the agent as hosted services.</summary>
internal static class AgentServices
{
    /// <summary>
    /// The order matters: services start in it and stop in the reverse order. The drain comes first at the end, and the Lease
    /// is released last.
    /// </summary>
    public static void AddAgent(this IServiceCollection services, AgentContext context, StopSignals stop)
    {
        services.AddSingleton(context);
        services.AddSingleton(stop);
        services.AddSingleton<HostState>();
        services.AddSingleton<RunAbort>();
        services.AddSingleton(_ => new HostProbe(context.Settings.Probe, context.Time));
        services.AddSingleton<NodeLease>();
        services.AddSingleton<NodeWatch>();
        services.AddSingleton<HeartbeatLoop>();
        services.AddSingleton(_ => new TaskRunner(context.Kubernetes, RunnerOptionsOf(context), context.Time, context.Logger));
        services.AddSingleton(provider => new Dispatcher(
            context, provider.GetRequiredService<TaskRunner>(), provider.GetRequiredService<HostState>(), provider.GetRequiredService<RunAbort>().Token));

        services.AddSingleton<IHostedService, AgentStart>();
        services.AddSingleton<IHostedService, LeaseKeeper>();
        services.AddLoop(provider => provider.GetRequiredService<NodeWatch>().RunAsync);
        services.AddLoop(provider => provider.GetRequiredService<HeartbeatLoop>().RunAsync);
        services.AddLoop(provider => provider.GetRequiredService<Dispatcher>().RunAsync);
        services.AddLoop(provider => provider.GetRequiredService<TaskRunner>().ReplayOutboxAsync);
        services.AddSingleton<IHostedService, DrainService>();
    }

    private static RunnerOptions RunnerOptionsOf(AgentContext context) => new()
    {
        Holder = context.Identity.Holder,
        NodeName = context.NodeName,
        Hosts = Placement.Node,
        WorkspaceRoot = context.Settings.Runs.WorkspaceDir,
        StateDirectory = context.Settings.Runs.StateDir,
        Mode = context.Settings.Runs.Mode,
        StubSleep = context.Settings.Runs.StubSleep,
        KeepWorkspace = context.Settings.Runs.KeepWorkspace,
        Seed = context.Seed,
    };
}
