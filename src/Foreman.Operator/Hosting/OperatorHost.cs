using Foreman.AgentLoop.Telemetry;
using Foreman.Api;
using Foreman.Git;
using Foreman.Git.Forges;
using Foreman.Hosting;
using Foreman.Kubernetes;
using Foreman.Operator.Backends;
using Foreman.Operator.Caches;
using Foreman.Operator.Cli;
using Foreman.Operator.Completions;
using Foreman.Operator.Controllers;
using Foreman.Operator.Digests;
using Foreman.Operator.Health;
using Foreman.Operator.Inputs;
using Foreman.Operator.Loop;
using Foreman.Operator.Metrics;
using Foreman.Operator.Runs;
using Foreman.Operator.Schedules;
using Foreman.Operator.Workloads.Following;
using Foreman.Operator.Workloads.Intake;
using Foreman.Primitives;
using Foreman.Runner;
using Foreman.Runner.Repositories;
using Foreman.Runner.Retention;
using Foreman.Runner.Stages;
using Foreman.Runner.Supervision;
using Foreman.Scheduling;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Foreman.Operator.Hosting;

/// <summary>The operator's parts, put together: checks, caches, then, while it leads, the scheduler and its own runs.</summary>
internal sealed class OperatorHost(IKubernetes client, OperatorSettings settings, TimeProvider time, ILogger logger)
{
    private const string Program = "foreman-operator";
    private const string LeaseName = "foreman-operator";

    // The name that the Secret of hosts has for it too.
    private const string TokenKey = "token";

    private static readonly string[] Meters = [OperatorMetrics.MeterName, LoopTelemetry.SourceName, ReflectorMetrics.MeterName, ClientMeters.Name];

    private static string Version { get; } = typeof(OperatorHost).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    private readonly string _identity = Holder.ForProcess("operator-" + Environment.MachineName, Guid.NewGuid().ToString("n")[..8]);
    private volatile SchedulerLoop? _loop;
    private volatile ClusterCaches? _caches;
    private volatile LeaderElector? _elector;

    /// <summary>Called when decisions are about to be made.</summary>
    public Action OnReady { get; init; } = static () => { };

    /// <summary>What is exported; null for nothing.</summary>
    public TelemetrySettings? Telemetry { get; init; }

    /// <summary>Has what the operator runs itself given back now, once it was told to stop.</summary>
    public CancellationToken StopNow { get; init; }

    /// <summary>Runs until told to stop; then ends what it runs itself and returns the exit code.</summary>
    /// <exception cref="ExitException">It cannot start, or a part of it can't go on.</exception>
    /// <exception cref="OperationCanceledException">It was told to stop while it started.</exception>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        CreateStateDir();
        var builder = ProgramHost.CreateBuilder(Program, logger, time, stop);
        builder.AddTelemetry(Telemetry, new TelemetrySources(Program, Version, [LoopTelemetry.SourceName], Meters));
        AddServices(builder.Services);
        return await ProgramHost.RunAsync(builder);
    }

    /// <summary>Services start in this order and stop in the reverse one: health first, then the checks, the caches, and the work.</summary>
    private void AddServices(IServiceCollection services)
    {
        var caches = new ClusterCaches(client, settings.ForemanNamespace, time, logger, followsWorkloads: settings.CleanUp.FinishedTasks is not null);
        services.AddSingleton<IHostedService>(_ => new HealthService(
            settings, metrics => new HealthSources(() => _elector?.CheckHealth(), NotReady, metrics.Write), Meters));
        services.AddSingleton<IHostedService>(_ => new StartCheckService(client, settings, time, logger));
        services.AddLoop(_ => cancel =>
        {
            _caches = caches;
            return caches.RunAsync(cancel);
        });
        services.AddLoop(_ => async cancel =>
        {
            await caches.Ready.WaitAsync(cancel);
            logger.Connected(client.Configuration.Host, _identity);
            await LeadAsync(caches, cancel);
        });
    }

    private async Task LeadAsync(ClusterCaches caches, CancellationToken stop)
    {
        if (!settings.LeaderElect)
        {
            await WorkAsync(caches, new(client, _identity, static () => true), stop);
            return;
        }

        using var dedicated = client.Dedicated();
        var election = new LeaseLock(dedicated, settings.ForemanNamespace, LeaseName, _identity, new LeaseLockOptions { Time = time });
        var elector = new LeaderElector(new LeaderElectionConfig(election) { Logger = logger });
        _elector = elector;
        elector.OnNewLeader += leader => logger.LeaderIs(leader);
        await new LeaderLoop(client, elector, _identity, logger).RunAsync(
            async (leadership, token) =>
            {
                await caches.CurrentAsync(token);
                await WorkAsync(caches, leadership, token);
            },
            stop);
    }

    /// <summary>
    /// Decides and runs while the leadership lasts. What a leader decides goes through its client, which lets nothing pass when the lead may be lost,
    /// and to forges only while it lasts; the operator's own runs write under their claims, which are theirs until somebody takes them back.
    /// </summary>
    private async Task WorkAsync(ClusterCaches caches, Leadership leadership, CancellationToken stop)
    {
        var leading = leadership.Client;
        var events = new EventRecorder(leading, new EventRecorderOptions { Component = "foreman-operator", Time = time, Logger = logger });
        using var forges = ForgeAccess.Public(settings.Forges, time, logger);
        await using var schedules = await ScheduleServices.StartAsync(leading, settings, time, logger, stop);
        var options = RunnerOptions(leadership.Holder) with { Forges = forges, Schedules = schedules.AccessOf };
        var runner = new TaskRunner(client, options, time, logger, StageRegistry.Native(client, options, time, logger));
        await using var replay = OutboxReplay.Start(runner.ReplayOutboxAsync, logger, stop);
        var assumed = new AssumeCache(time);
        SchedulerLoop? loop = null;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        await using var executor = new DecisionExecutor(leading, events, assumed, logger) { OnFailed = () => loop?.Wake(), OnRoom = () => loop?.Wake(), Time = time };
        using var completions = new CompletionWatch(executor.Lanes, executor.Events, new DigestWriter(leading, time, logger), time, logger, ending.Token);
        completions.Start(caches.Tasks.Store);
        await using var quotaEvents = new QuotaEvents(events, logger, stop);
        quotaEvents.Start(caches.Quotas.Store);
        await using var retention = new RetentionLoop(runner, options, settings.Retention, time, logger).Start();
        using var supervisor = new RunSupervisor(runner, time, logger);
        await using var runs = new OperatorRuns(supervisor, caches.Tasks.Store, leadership.Holder, time, logger) { StopNow = StopNow, Leads = leadership.Lasts };
        await using var jobs = new JobBackend(leading, caches.Tasks.Store, caches.Agents.Store, settings.Jobs, time, logger);
        using var backends = ExecutionBackends.OfRelease(jobs, runs);
        var schedulerSettings = SchedulerSettings(leadership.Holder) with { Placements = backends.Placements };
        using var urls = new UrlFetcher(settings.InputUrlAllow, EnvironmentProxy.OfProcess, time);
        await using var inputs = new InputFiller(leading, caches.Tasks.Store, new InputSources(client, urls, backends.Placements, time), time, logger);
        _loop = loop = new SchedulerLoop(() => caches.Snapshot() with { InputProblems = inputs.Problems }, backends, executor, assumed, schedulerSettings, time, logger);
        jobs.OnChange = loop.Wake;
        backends.Follow(caches.Tasks.Store);
        using var changes = caches.OnChange(loop.Wake, loop.Note);
        inputs.OnChange = loop.Wake;
        inputs.Start();
        using var tokens = Tokens();
        using var ownForges = ForgeAccess.With(settings.Forges, (ICredentialBroker?)tokens ?? CredentialBroker.None, time, logger);
        await using var intake = new IntakeLoop(new IntakeRound(leading, events, new IntakeForge(ownForges, leadership.MayWriteAsync), time), settings.ForgePollInterval, time, logger) { Seed = Environment.ProcessId };
        await using var follower = new PullRequestFollower(Reader(ownForges), settings.ForgePollInterval, leadership.MayWriteAsync, time, logger);
        follower.Start();
        await using var controllers = await LeaderControllers.StartAsync(leading, caches, schedulerSettings, time, logger, new() { Intake = intake, Follower = follower, Schedules = schedules.Cluster, Deployments = settings.UserDeployments });
        using var working = CancellationTokenSource.CreateLinkedTokenSource(stop, controllers.Stopped);
        OnReady();
        try
        {
            await loop.RunAsync(working.Token);
        }
        finally
        {
            // What is for people alone holds no end up.
            await ending.CancelAsync();
        }

        _loop = null;
        if (!stop.IsCancellationRequested)
        {
            throw new ExitException(ExitCodes.TryAgain, "a controller can't go on; the log has the cause");
        }

        if (leadership.Lasts())
        {
            logger.Stopping();
        }
    }

    private StoredCredentials? Tokens() => settings.GitTokens is { } folder
        ? StoredCredentials.OfFolder(folder, new TokenKeys(TokenKey, settings.Forges.Default.Host), time, logger)
        : null;

    private PullRequestReader Reader(ForgeAccess forges) => new(forges, new AddressRules(settings.Forges.Default.Web, AllowPlainHttp: true), settings.GitTokens is not null);

    // A replica that stands by is ready as long as it could take over: what it knows is current.
    private string? NotReady() =>
        _caches is not { Ready.IsCompletedSuccessfully: true } caches ? "not yet connected to the Kubernetes API"
        : caches.LastError is { } error ? $"what is known of the cluster may be old: {error.Message}"
        : _loop is { HasDecided: true } || (_loop is null && settings.LeaderElect) ? null
        : "no decision was made yet";

    private RunnerOptions RunnerOptions(string holder) => new()
    {
        Holder = holder,
        NodeName = "the operator",
        Placement = Placement.Operator,
        Program = RunnerProgram.Operator,
        ForemanNamespace = settings.ForemanNamespace,
        WorkspaceRoot = Path.Combine(settings.StateDir, "workspaces"),
        StateDirectory = settings.StateDir,
        Seed = Environment.ProcessId,
        MayCallModel = url => MayCallModel(url, settings.InferenceBaseUrlOverride),
    };

    /// <summary>True for the operator's own override and for addresses that lead away from its machine; an Agent's own endpoints are always called.</summary>
    internal static bool MayCallModel(Uri url, Uri? own) => (own is not null && ModelAddress.AreSame(own, url)) || OperatorReach.MayCall(url);

    private SchedulerSettings SchedulerSettings(string holder) => new()
    {
        Identity = holder,
        ForemanNamespace = settings.ForemanNamespace,
        InferenceBaseUrlOverride = settings.InferenceBaseUrlOverride?.ToString(),
        TasksPerServer = settings.ModelServerTasks,
        AllowCloudProviders = settings.AllowCloudProviders,
        InputUrlAllow = settings.InputUrlAllow,
        CleanUp = settings.CleanUp,
    };

    private void CreateStateDir()
    {
        try
        {
            Directory.CreateDirectory(Path.Combine(settings.StateDir, "workspaces"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ExitException(
                ExitCodes.BadConfiguration, $"the state folder {settings.StateDir} cannot be made: {Ports.Reason(e)}; choose another with --state-dir", e);
        }
    }
}
