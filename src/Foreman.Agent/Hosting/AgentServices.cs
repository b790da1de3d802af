using Foreman.Agent.Cli;
using Foreman.Agent.Conformance;
using Foreman.Agent.Dispatching;
using Foreman.Agent.Draining;
using Foreman.Agent.Heartbeat;
using Foreman.Agent.Identity;
using Foreman.Agent.Leasing;
using Foreman.Agent.Rights;
using Foreman.Agent.Sandboxing;
using Foreman.Api;
using Foreman.Git;
using Foreman.Git.Forges;
using Foreman.Hosting;
using Foreman.Probes;
using Foreman.Runner;
using Foreman.Runner.Repositories;
using Foreman.Runner.Retention;
using Foreman.Runner.Stages;
using Foreman.Runner.Supervision;
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
        services.AddSingleton(_ => new HostProbe(context.Settings.Probe, context.Time));
        services.AddSingleton<NodeLease>();
        services.AddSingleton<NodeWatch>();
        services.AddSingleton(_ => ToolCallResults.Open(context.Settings.Runs.StateDir));
        services.AddSingleton(_ => new MemoryShortages(context.Time));
        services.AddSingleton<HeartbeatLoop>();
        services.AddSingleton<RightsWatch>();
        services.AddSingleton<HostSandbox>();
        services.AddSingleton(_ => NewCredentials(context));
        services.AddSingleton(provider => ForgeAccess.With(context.Settings.Runs.Forges, provider.GetRequiredService<ICredentialBroker>(), context.Time, context.Logger));
        services.AddSingleton(provider => NewRunner(context, provider));
        services.AddSingleton(provider => new RunSupervisor(provider.GetRequiredService<TaskRunner>(), context.Time, context.Logger));
        services.AddSingleton<Dispatcher>();
        services.AddSingleton(provider => new TokenRenewal(context, () => provider.GetRequiredService<RunSupervisor>().SlotsInUse));

        services.AddSingleton<IHostedService, IdentityStart>();
        services.AddSingleton<IHostedService, AgentStart>();
        services.AddSingleton<IHostedService, LeaseKeeper>();
        services.AddLoop(provider => provider.GetRequiredService<TokenRenewal>().RunAsync);
        services.AddLoop(provider => provider.GetRequiredService<NodeWatch>().RunAsync);
        services.AddLoop(provider => provider.GetRequiredService<HeartbeatLoop>().RunAsync);
        services.AddLoop(provider => provider.GetRequiredService<RightsWatch>().RunAsync);
        services.AddLoop(provider => provider.GetRequiredService<Dispatcher>().RunAsync);
        if (context.Settings.Runs.Mode == RunnerMode.Native)
        {
            services.AddLoop(provider => NewToolCallWatch(context, provider).RunAsync);
        }

        services.AddLoop(provider => provider.GetRequiredService<TaskRunner>().ReplayOutboxAsync);
        services.AddLoop(provider => NewRetention(context, provider.GetRequiredService<TaskRunner>()).RunAsync);
        services.AddSingleton<IHostedService, DrainService>();
    }

    private static ToolCallWatch NewToolCallWatch(AgentContext context, IServiceProvider provider)
    {
        var runs = provider.GetRequiredService<RunSupervisor>();
        return new(provider.GetRequiredService<HostState>(), provider.GetRequiredService<ToolCallResults>(), () => runs.SlotsInUse, context.Time, context.Logger);
    }

    private static RetentionLoop NewRetention(AgentContext context, TaskRunner runner) =>
        new(runner, OptionsOf(context) with { Repositories = RepositoriesOf(context.Settings.Runs, CredentialBroker.None) }, context.Settings.Runs.Retention, context.Time, context.Logger);

    private static RunnerOptions OptionsOf(AgentContext context) => new()
    {
        Holder = context.Identity.Holder,
        NodeName = context.NodeName,
        Placement = Placement.Node,
        Program = RunnerProgram.Agent,
        ForemanNamespace = context.Settings.Cluster.ForemanNamespace,
        WorkspaceRoot = context.Settings.Runs.WorkspaceDir,
        StateDirectory = context.Settings.Runs.StateDir,
        KeepWorkspace = context.Settings.Runs.KeepWorkspace,
        Seed = context.Seed,
    };

    /// <summary>How runs here work on repositories.</summary>
    internal static RepositoryOptions RepositoriesOf(RunSettings runs, ICredentialBroker credentials) => new()
    {
        StateFolder = Path.Combine(runs.StateDir, "git"),
        Mirrors = runs.Mirrors,
        Rules = runs.Addresses,
        Fork = runs.Fork,
        PullRequestLabels = runs.PullRequestLabels,
        Credentials = credentials,
        Identity = runs.Committer,
        Network = GitOptions.NetworkOf(Environment.GetEnvironmentVariable),
    };

    private static ICredentialBroker NewCredentials(AgentContext context) => context.Settings.Runs switch
    {
        { GitTokens: { } folder } runs => StoredCredentials.OfFolder(folder, runs.TokenKeys, context.Time, context.Logger),
        { GitSecret: { } secret } runs => StoredCredentials.OfSecret(context.Kubernetes, secret, runs.TokenKeys, OptionsOf(context), context.Time, context.Logger),
        _ => CredentialBroker.None,
    };

    private static TaskRunner NewRunner(AgentContext context, IServiceProvider provider)
    {
        var runs = context.Settings.Runs;
        var (state, sandbox) = (provider.GetRequiredService<HostState>(), provider.GetRequiredService<HostSandbox>());
        var options = OptionsOf(context) with
        {
            MayCallModel = new ModelServers(context.Settings.Probe.ModelUrls, state).MayCall,
            Known = model => KnownModels.Fill(model, state.Facts.Probed?.Capability),
            LackedMemory = provider.GetRequiredService<MemoryShortages>().Add,
            Commands = () => sandbox.Commands,
            Forges = provider.GetRequiredService<ForgeAccess>(),
            Repositories = RepositoriesOf(runs, provider.GetRequiredService<ICredentialBroker>()),
        };
        var stages = runs.Mode == RunnerMode.Stub
            ? StageRegistry.Stub(runs.StubSleep, context.Time, context.Logger)
            : StageRegistry.Native(context.Kubernetes, options, context.Time, context.Logger);
        return new TaskRunner(context.Kubernetes, options, context.Time, context.Logger, stages);
    }
}
