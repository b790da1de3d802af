using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Caches;
using Foreman.Operator.UserDeployments;
using Foreman.Operator.Workloads;
using Foreman.Operator.Workloads.Following;
using Foreman.Operator.Workloads.Intake;
using Foreman.Scheduling;
using Foreman.UserDeployments;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Foreman.Operator.Controllers;

/// <summary>
/// The controllers, at work for as long as this process leads. They write through the client of the lead, whose fence holds back
/// what comes after it.
/// </summary>
internal sealed class LeaderControllers : IAsyncDisposable
{
    // The operator's runs drain only after this, within the same termination grace period of the pod.
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(2);

    private readonly IHost _host;

    private LeaderControllers(IHost host) => _host = host;

    /// <summary>Starts them.</summary>
    /// <param name="leading">The client of the lead; it stays the caller's.</param>
    /// <param name="caches">What the operator follows; it stays the caller's.</param>
    /// <param name="settings">Settings of this operator.</param>
    /// <param name="time">Clock and timers.</param>
    /// <param name="logger">Log.</param>
    /// <param name="outside">What Workloads have to do with forges; it stays the caller's.</param>
    /// <param name="deployments">What is allowed to UserDeployments; null leaves them alone.</param>
    public static Task<LeaderControllers> StartAsync(
        IKubernetes leading, ClusterCaches caches, SchedulerSettings settings, TimeProvider time, ILogger logger, ForgeServices outside = default, DeploymentSettings? deployments = null) =>
        StartAsync(Build(leading, new WorkloadController(caches, settings) { Intake = outside.Intake, Follower = outside.Follower }, settings, time, logger, deployments));

    /// <summary>Cancelled when a controller can't go on, and when they are stopped.</summary>
    public CancellationToken Stopped => _host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;

    /// <summary>Stops them and waits for reconciles in progress, for 2 s at most.</summary>
    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    internal static async Task<LeaderControllers> StartAsync(IHost host)
    {
        await host.StartAsync();
        return new LeaderControllers(host);
    }

    private static IHost Build(IKubernetes leading, WorkloadController workloads, SchedulerSettings settings, TimeProvider time, ILogger logger, DeploymentSettings? deployments)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new() { ApplicationName = "foreman-operator" });
        builder.Services.AddSingleton<IHostLifetime, NestedLifetime>();
        builder.Services.AddSingleton<ILoggerFactory>(new OneLogger(logger));
        builder.Services.AddSingleton(leading);
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton(workloads);
        var controllers = builder.Services
            .AddKubernetesOperator(o => o with { Time = time })
            .AddController<AgentController, Agent>(Bounded)
            .AddController<ModelProfileController, ModelProfile>(Bounded)
            .AddController<WorkloadController, Workload>(options => workloads.Follow(Bounded(options)))
            .AddController<AgentReleaseController, AgentRelease>(Bounded);
        if (deployments is not null)
        {
            // The same store as the controller's own: nothing else is followed for it.
            builder.Services.AddSingleton(provider => new UserDeploymentController(
                deployments, () => provider.GetRequiredService<ReflectorSet>().For<UserDeployment>().Store.Snapshot().Values));
            controllers.AddController<UserDeploymentController, UserDeployment>(options => UserDeploymentController.Follow(Bounded(options)));
        }

        return builder.Build();
    }

    private static ControllerOptions<TEntity> Bounded<TEntity>(ControllerOptions<TEntity> options)
        where TEntity : class, IResource<TEntity> => options with { StopTimeout = StopTimeout };

    // Signals are the program's, not those of a host within it.
    private sealed class NestedLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    /// <summary>One logger for all categories.</summary>
    private sealed class OneLogger(ILogger logger) : ILoggerFactory
    {
        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("The logger is given.");

        public ILogger CreateLogger(string categoryName) => logger;

        public void Dispose()
        {
        }
    }
}

/// <summary>What the controller of Workloads has to do with forges.</summary>
/// <param name="Intake">Takes issues in; null leaves Workloads with spec.source alone.</param>
/// <param name="Follower">Reads the pull requests that Workloads follow; null where nobody does.</param>
internal readonly record struct ForgeServices(IntakeLoop? Intake, PullRequestFollower? Follower);
