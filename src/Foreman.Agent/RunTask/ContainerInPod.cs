using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Hosting;
using Foreman.Kubernetes;
using Microsoft.Extensions.Logging;

namespace Foreman.Agent.RunTask;

/// <summary>
/// Beside a container that is the task: claims the attempt before that begins, shows that the pod lives, and reports what the container left once
/// Kubernetes stops this one, which it does after the other. How the container ended is told by its pod, which the operator reads.
/// </summary>
internal sealed class ContainerInPod(RunTaskRequest request, PodIdentity pod, IKubernetes kubernetes, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(1);

    // Well within the silence after which the operator takes a run for dead.
    private static readonly TimeSpan BetweenSigns = TimeSpan.FromMinutes(4);

    // Kubernetes gives this container 10 s.
    private const int MostReports = 8;

    private static readonly PatchOptions StatusPatch = new() { Subresource = "status", FieldValidation = FieldValidation.Warn, FieldManager = ApiGroup.FieldManager };

    /// <summary>Claims, and stays until it is told to stop.</summary>
    /// <param name="stop">The task's container has ended, or the pod is to.</param>
    /// <param name="stopNow">Gives up the report.</param>
    /// <returns>0 when all was reported, 1 when there was nothing to claim or the attempt was lost.</returns>
    public async Task<int> RunAsync(CancellationToken stop, CancellationToken stopNow)
    {
        if (await ClaimAsync(stop) is { } why)
        {
            logger.NotThisAttempt(request.Namespace, request.Task, request.Attempt, why);
            return ExitCodes.Failed;
        }

        await File.WriteAllTextAsync(request.ClaimFile, pod.Uid, CancellationToken.None);
        while (!stop.IsCancellationRequested)
        {
            await Task.Delay(BetweenSigns, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!stop.IsCancellationRequested)
            {
                await TrySendAsync(TaskWrites.Progress(request.Attempt, pod.Holder, new TaskProgress { UpdatedAt = time.GetUtcNow() }), stop);
            }
        }

        return await ReportAsync(stopNow) ? ExitCodes.Done : ExitCodes.Failed;
    }

    // Null when the attempt is this pod's; else why it is not.
    private async Task<string?> ClaimAsync(CancellationToken stop)
    {
        while (true)
        {
            try
            {
                var task = await kubernetes.TryReadAsync<AgenticTask>(request.Task, request.Namespace, stop);
                if (task is null || task.Status.Attempt != request.Attempt)
                {
                    return task is null ? "the task is gone" : $"it has attempt {task.Status.Attempt} by now";
                }

                if (task.PhaseOrPending() != TaskPhase.Scheduled)
                {
                    // The answer to an earlier claim may have been lost, and this container may have been restarted.
                    return task.PhaseOrPending() == TaskPhase.Running && task.Status.Claim?.Holder == pod.Holder ? null : $"it is {task.PhaseOrPending()}";
                }

                await kubernetes.PatchMetadataAsync<AgenticTask>(Claim(task), request.Task, request.Namespace, StatusPatch, stop);
                return null;
            }
            catch (Exception e) when (e is KubernetesException or KubernetesUnreachableException)
            {
                logger.RetryingStart(e.Message, BetweenTries.TotalSeconds);
            }

            await Task.Delay(BetweenTries, time, stop);
        }
    }

    private V1Patch Claim(AgenticTask task)
    {
        var now = time.GetUtcNow();
        var running = new V1Condition
        {
            Type = ConditionTypes.Running,
            Status = Conditions.True,
            Reason = Reasons.Claimed,
            Message = $"attempt {request.Attempt} is claimed by pod {pod.Name}",
            ObservedGeneration = task.Metadata.Generation,
        };
        var claim = new TaskClaim { Holder = pod.Holder, AcquiredAt = now };
        return TaskWrites.Claim(request.Attempt, claim, first: task.Status.StartedAt is null, task.Status.Conditions.Set(running, now));
    }

    private async Task<bool> ReportAsync(CancellationToken stopNow)
    {
        var outputs = ContainerOutputs.Read(request.OutputFile);
        if (outputs.Fault is { } fault)
        {
            logger.OutputsLeftOut(request.OutputFile, fault);
        }

        if (outputs.Texts.Count == 0)
        {
            return true;
        }

        for (var tries = 1; tries <= MostReports && !stopNow.IsCancellationRequested; tries++)
        {
            if (await TrySendAsync(TaskWrites.Outputs(request.Attempt, pod.Holder, (JsonObject)outputs.Texts.DeepClone()), stopNow) is { } sent)
            {
                return sent;
            }

            await Task.Delay(BetweenTries, time, stopNow).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return false;
    }

    // True when it is stored, false when the attempt is another's by now, null when it is to be tried again.
    private async Task<bool?> TrySendAsync(V1Patch patch, CancellationToken cancellationToken)
    {
        try
        {
            await kubernetes.PatchMetadataAsync<AgenticTask>(patch, request.Task, request.Namespace, StatusPatch, cancellationToken);
            return true;
        }
        catch (KubernetesException e) when (e.IsTestFailed || e.IsNotFound)
        {
            logger.NotThisAttempt(request.Namespace, request.Task, request.Attempt, "it was taken back");
            return false;
        }
        catch (Exception e) when (e is KubernetesException or KubernetesUnreachableException or OperationCanceledException)
        {
            logger.RetryingStart(e.Message, BetweenTries.TotalSeconds);
            return null;
        }
    }
}
