using Foreman.Agent.Cli;
using Foreman.Agent.Hosting;
using Foreman.Agent.Sandboxing;
using Foreman.Api;
using Foreman.Git;
using Foreman.Git.Forges;
using Foreman.Hosting;
using Foreman.Kubernetes;
using Foreman.Runner;
using Foreman.Runner.Repositories;
using Foreman.Runner.Stages;
using Foreman.Sandbox;
using Microsoft.Extensions.Logging;

namespace Foreman.Agent.RunTask;

/// <summary>
/// One attempt from the claim, as <c>pod/UID</c>, to its final write. The pod is the holder's life: it ends with the run, and the operator takes back
/// what a pod leaves that broke off.
/// </summary>
internal sealed class TaskInPod(AgentSettings settings, RunTaskRequest request, PodIdentity pod, IKubernetes kubernetes, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(5);

    private readonly int _seed = StringComparer.Ordinal.GetHashCode(pod.Uid);

    /// <summary>Runs the attempt.</summary>
    /// <param name="stop">Has the run given back at its next safe point.</param>
    /// <param name="stopNow">Leaves it where it is.</param>
    /// <returns>0 when the task has ended or was given back, 1 when there was nothing to run or the attempt was lost.</returns>
    public async Task<int> RunAsync(CancellationToken stop, CancellationToken stopNow)
    {
        var task = await ReadAsync(stop);
        if (WhyNot(task) is { } why)
        {
            logger.NotThisAttempt(request.Namespace, request.Task, request.Attempt, why);
            return ExitCodes.Failed;
        }

        using var credentials = settings.Runs.GitTokens is { } folder ? StoredCredentials.OfFolder(folder, settings.Runs.TokenKeys, time, logger) : null;
        var broker = (ICredentialBroker?)credentials ?? CredentialBroker.None;
        using var forges = ForgeAccess.With(settings.Runs.Forges, broker, time, logger);
        var commands = await CommandsAsync(stop);
        var options = OptionsOf(broker) with { Commands = () => commands, Forges = forges };
        var stages = settings.Runs.Mode == RunnerMode.Stub ? StageRegistry.Stub(settings.Runs.StubSleep, time, logger) : StageRegistry.Native(kubernetes, options, time, logger);
        return await RunAsync(new TaskRunner(kubernetes, options, time, logger, stages), task!, stop, stopNow);
    }

    private async Task<int> RunAsync(TaskRunner runner, AgenticTask task, CancellationToken stop, CancellationToken stopNow)
    {
        var signals = new RunSignals();
        using var end = new CancellationTokenSource();
        var followed = new Reflector<AgenticTask>(kubernetes, new ReflectorOptions
        {
            Namespaces = [request.Namespace],
            FieldSelector = Selectors.FieldEqual("metadata.name", request.Task),
            Time = time,
            Seed = _seed,
            Logger = logger,
        });
        using var told = followed.Store.Subscribe(change => Tell(signals, change, task.Uid()));
        using var draining = stop.Register(() => signals.Drain(time.GetUtcNow()));
        var beside = Task.WhenAll(followed.RunAsync(end.Token), runner.ReplayOutboxAsync(end.Token));
        try
        {
            var outcome = await runner.RunAsync(task, signals, stopNow);
            if (outcome.Kind == RunOutcomeKind.Kept)
            {
                await DeliveredAsync(task.Uid(), stopNow);
            }

            return outcome.Kind is RunOutcomeKind.Ended or RunOutcomeKind.GivenBack or RunOutcomeKind.Declined or RunOutcomeKind.Kept ? ExitCodes.Done : ExitCodes.Failed;
        }
        finally
        {
            await end.CancelAsync();
            await beside.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static void Tell(RunSignals signals, ResourceEvent<AgenticTask> change, string uid)
    {
        if (change.Type == ResourceEventType.Deleted || change.Object.Uid() != uid)
        {
            signals.Deleted();
        }
        else
        {
            signals.Update(change.Object);
        }
    }

    // A new pod may come before the network that it needs.
    private async Task<AgenticTask?> ReadAsync(CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        for (var failures = 1; ; failures++)
        {
            try
            {
                return await kubernetes.TryReadAsync<AgenticTask>(request.Task, request.Namespace, cancellationToken);
            }
            catch (Exception e) when (e is KubernetesException or KubernetesUnreachableException)
            {
                if (StartDecision.Stop(e, time.GetElapsedTime(begun), settings.Cluster.StartTimeout, pod.Name) is { } given)
                {
                    throw given;
                }

                var wait = ApiErrors.RetryDelay(e, failures, 0.5);
                logger.RetryingStart(e.Message, wait.TotalSeconds);
                await Task.Delay(wait, time, cancellationToken);
            }
        }
    }

    private string? WhyNot(AgenticTask? task) =>
        task is null ? "the task is gone"
        : task.Status.Attempt != request.Attempt ? $"it has attempt {task.Status.Attempt} by now"
        : task.PhaseOrPending() != TaskPhase.Scheduled ? $"it is {task.PhaseOrPending()}"
        : null;

    private async Task<CommandCage> CommandsAsync(CancellationToken cancellationToken)
    {
        var (cage, reason) = await Cages.FindAsync(Cages.OfHost(), time, cancellationToken);
        var fact = SandboxFact.Of(cage?.Mode, reason, settings.Runs.InsecureNoSandbox);
        cage ??= fact.RunsCommands() ? Cages.Unconfined(time) : null;
        return new(cage, cage is null ? fact.Reason : null);
    }

    private RunnerOptions OptionsOf(ICredentialBroker credentials) => new()
    {
        Holder = pod.Holder,
        NodeName = $"pod {pod.Name}",
        Placement = Placement.Job,
        Program = new() { Component = "foreman-agent", Reporter = _ => pod.Name, MissingSecret = (_, space, name) => Grant(space, name) },
        ForemanNamespace = settings.Cluster.ForemanNamespace,
        WorkspaceRoot = settings.Runs.WorkspaceDir,
        StateDirectory = settings.Runs.StateDir,
        Repositories = AgentServices.RepositoriesOf(settings.Runs, credentials),
        Seed = _seed,
    };

    private string Grant(string space, string name) =>
        $"The pod of the Job may not read Secret {space}/{name}. Grant it: kubectl -n {space} create role foreman-{name} --verb=get --resource=secrets --resource-name={name}; "
        + $"kubectl -n {space} create rolebinding foreman-{name} --role=foreman-{name} --serviceaccount={pod.Namespace}:{pod.Account}";

    // With the pod goes what it keeps, so it stays until that is delivered, or has become another's.
    private async Task DeliveredAsync(string uid, CancellationToken stopNow)
    {
        while (!stopNow.IsCancellationRequested && await IsHeldAsync(uid, stopNow))
        {
            await Task.Delay(BetweenLooks, time, stopNow).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> IsHeldAsync(string uid, CancellationToken cancellationToken)
    {
        try
        {
            var now = await kubernetes.TryReadAsync<AgenticTask>(request.Task, request.Namespace, cancellationToken);
            return now is not null && now.Uid() == uid && now.Status.Attempt == request.Attempt && !now.IsTerminal() && now.Status.Claim?.Holder == pod.Holder;
        }
        catch (Exception e) when (e is KubernetesException or KubernetesUnreachableException or OperationCanceledException)
        {
            return true;
        }
    }
}
