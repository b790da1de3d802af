using Foreman.Api;
using Foreman.Hosting;
using Foreman.Kubernetes;
using Foreman.Operator.Cli;
using Foreman.Primitives;
using Foreman.Schedules;
using Foreman.Tools.Schedules;
using Microsoft.Extensions.Logging;

namespace Foreman.Operator.Schedules;

/// <summary>The backend of schedules, at work for as long as this process leads.</summary>
internal sealed class ScheduleServices : IAsyncDisposable
{
    private const string StoreName = "schedules.json";
    private const string DefaultNamespace = "default";

    private readonly FileScheduleBackend? _file;

    private ScheduleServices(FileScheduleBackend? file, KubernetesScheduleBackend? cluster) => (_file, Cluster) = (file, cluster);

    /// <summary>The backend over the cluster, which its controller drives; null where there is none.</summary>
    public KubernetesScheduleBackend? Cluster { get; }

    /// <summary>What tools of a task get; null where there is no backend.</summary>
    public Func<AgenticTask, IScheduleAccess>? AccessOf => ((IScheduleBackend?)_file ?? Cluster) is { } backend ? task => new ScheduleAccess(backend, task) : null;

    /// <summary>Chooses the backend, stores what is declared, and begins to watch the clock.</summary>
    /// <param name="leading">The client of the lead; it stays the caller's.</param>
    /// <param name="settings">Settings of this operator.</param>
    /// <param name="time">Clock and timers.</param>
    /// <param name="logger">Log.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ExitException">What is declared or stored can't be used.</exception>
    public static async Task<ScheduleServices> StartAsync(
        IKubernetes leading, OperatorSettings settings, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        if (settings.Schedules is not { } schedules)
        {
            return new(null, null);
        }

        try
        {
            IReadOnlyList<TaskSchedule> declared =
                [.. schedules.File is { } path ? DeclaredSchedules.Load(path, DefaultNamespace) : [], .. schedules.Declared];
            return schedules.Backend == ScheduleBackendKind.Kubernetes
                ? new(null, await ClusterAsync(leading, (settings.ForemanNamespace, schedules), declared, time, logger, cancellationToken))
                : new(await FileAsync(leading, (Path.Combine(settings.StateDir, StoreName), schedules), declared, time, logger, cancellationToken), null);
        }
        catch (ScheduleException e)
        {
            throw new ExitException(ExitCodes.BadConfiguration, e.Message, e);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_file is { } file)
        {
            await file.StopAsync();
            file.Dispose();
        }
    }

    private static async Task<KubernetesScheduleBackend> ClusterAsync(
        IKubernetes leading, (string Owner, ScheduleSettings Settings) of, IReadOnlyList<TaskSchedule> declared, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        var options = new KubernetesBackendOptions
        {
            Owner = of.Owner,
            AllowDynamic = of.Settings.AllowDynamic,
            CronJobs = of.Settings.FireImage is { } image ? new() { Owner = of.Owner, Image = image } : null,
        };
        var backend = new KubernetesScheduleBackend(options, leading, new ClusterObjects(leading), new ScheduleAudit(logger), time, logger);
        try
        {
            await backend.StartAsync(cancellationToken);
        }
        catch (KubernetesException e)
        {
            // Roles of an older chart: nothing else has to wait for that.
            ScheduleLog.NotLookedFor(logger, Printable.Line(e.Message, 500));
        }

        if (declared.Count > 0 || of.Settings.File is not null)
        {
            await backend.SyncAsync(declared, cancellationToken);
        }

        return backend;
    }

    // Where nothing was ever declared or made, there is nothing to watch.
    private static async Task<FileScheduleBackend?> FileAsync(
        IKubernetes leading, (string Path, ScheduleSettings Settings) of, IReadOnlyList<TaskSchedule> declared, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        if (declared.Count == 0 && !of.Settings.AllowDynamic && !File.Exists(of.Path))
        {
            return null;
        }

        var options = new FileBackendOptions { Path = of.Path, AllowDynamic = of.Settings.AllowDynamic };
        var backend = new FileScheduleBackend(options, new ClusterObjects(leading), new ScheduleAudit(logger), time, logger);
        try
        {
            await backend.SyncAsync(declared, cancellationToken);
            await backend.StartAsync(cancellationToken);
            return backend;
        }
        catch
        {
            backend.Dispose();
            throw;
        }
    }
}
