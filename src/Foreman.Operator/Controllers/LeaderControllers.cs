using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Caches;
using Foreman.Operator.Schedules;
using Foreman.Operator.UserDeployments;
using Foreman.Operator.Workflows;
using Foreman.Operator.Workloads;
using Foreman.Operator.Workloads.Following;
using Foreman.Operator.Workloads.Intake;
using Foreman.Schedules;
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
    /// <param name="services">What some controllers need besides; it stays the caller's.</param>
    public static Task<LeaderControllers> StartAsync(
        IKubernetes leading, ClusterCaches caches, SchedulerSettings settings, TimeProvider time, ILogger logger, ControllerServices? services = null) =>
        StartAsync(Build(leading, caches, settings, time, logger, services ?? new()));

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

    private static IHost Build(IKubernetes leading, ClusterCaches caches, SchedulerSettings settings, TimeProvider time, ILogger logger, ControllerServices services)
    {
        var workloads = new WorkloadController(caches, settings) { Intake = services.Intake, Follower = services.Follower };
        var workflows = new WorkflowController(caches);
        var builder = Host.CreateEmptyApplicationBuilder(new() { ApplicationName = "foreman-operator" });
        builder.Services.AddSingleton<IHostLifetime, NestedLifetime>();
        builder.Services.AddSingleton<ILoggerFactory>(new OneLogger(logger));
        builder.Services.AddSingleton(leading);
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton(workloads);
        builder.Services.AddSingleton(workflows);
        var controllers = builder.Services
            .AddKubernetesOperator(o => o with { Time = time })
            .AddController<AgentController, Agent>(Bounded)
            .AddController<ModelProfileController, ModelProfile>(Bounded)
            .AddController<WorkloadController, Workload>(options => workloads.Follow(Bounded(options)))
            .AddController<WorkflowController, Workflow>(options => workflows.Follow(Bounded(options)))
            .AddController<AgentReleaseController, AgentRelease>(Bounded);
        if (services.Schedules is { } schedules)
        {
            builder.Services.AddSingleton(schedules);
            controllers.AddController<TaskScheduleController, TaskSchedule>(options => TaskScheduleController.Follow(Bounded(options), caches));
        }
        else
        {
            controllers.AddController<IdleScheduleController, TaskSchedule>(Bounded);
        }

        if (services.Deployments is { } deployments)
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

/// <summary>What some controllers need besides the cluster.</summary>
internal sealed record ControllerServices
{
    /// <summary>Takes issues in; null leaves Workloads with spec.source alone.</summary>
    public IntakeLoop? Intake { get; init; }

    /// <summary>Reads the pull requests that Workloads follow; null where nobody does.</summary>
    public PullRequestFollower? Follower { get; init; }

    /// <summary>Keeps TaskSchedules; null says of them that nobody does.</summary>
    public KubernetesScheduleBackend? Schedules { get; init; }

    /// <summary>What is allowed to UserDeployments; null leaves them alone.</summary>
    public DeploymentSettings? Deployments { get; init; }
}
