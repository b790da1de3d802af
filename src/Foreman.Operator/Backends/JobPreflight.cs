using Foreman.Api;
using Foreman.Jobs;
using Foreman.Kubernetes;
using Microsoft.Extensions.Logging;
using JobObject = Foreman.Kubernetes.ModelObject<k8s.Models.V1Job, Foreman.Jobs.JobFormat>;
using PodObject = Foreman.Kubernetes.ModelObject<k8s.Models.V1Pod, Foreman.Jobs.PodFormat>;

namespace Foreman.Operator.Backends;

/// <summary>Tries with a Job that is deleted again whether Jobs can be made in a namespace, and says what to grant where they can't.</summary>
/// <param name="client">Writes and reads.</param>
/// <param name="config">What holds for all Jobs.</param>
/// <param name="time">Clock and timers.</param>
/// <param name="logger">Told what was found.</param>
internal sealed class JobPreflight(IKubernetes client, JobsConfig config, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestDeletion = TimeSpan.FromSeconds(5);

    /// <summary>Tries it, and logs what was found; nothing escapes as an exception.</summary>
    /// <param name="space">The namespace.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task RunAsync(string space, CancellationToken cancellationToken)
    {
        try
        {
            var verdict = await CheckAsync(space, cancellationToken);
            if (verdict.IsGood)
            {
                JobBackendLog.PreflightPassed(logger, space);
            }
            else
            {
                JobBackendLog.PreflightFailed(logger, space, verdict.Message);
            }
        }
        catch (Exception e) when (e is KubernetesException or KubernetesUnreachableException or OperationCanceledException)
        {
            JobBackendLog.PreflightUnknown(logger, space, e.Message);
        }
    }

    /// <summary>What was found.</summary>
    /// <param name="space">The namespace.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="KubernetesException">The server could not answer.</exception>
    /// <exception cref="KubernetesUnreachableException">No answer came.</exception>
    internal async Task<PreflightVerdict> CheckAsync(string space, CancellationToken cancellationToken)
    {
        var name = $"fm-preflight-{Guid.NewGuid().ToString("n")[..8]}";
        var plan = PreflightJob.Build(config, space, name);
        if (plan.Job is not { } job)
        {
            return new(false, string.Join(". ", plan.Faults.Select(f => $"{f.Path}: {f.Why}")));
        }

        try
        {
            _ = await client.CreateAsync(new JobObject(job), new WriteOptions { FieldManager = ApiGroup.FieldManager }, cancellationToken);
            return await LookAsync(name, space, cancellationToken);
        }
        catch (KubernetesException e) when (JobCreator.IsRefusal(e))
        {
            return new(false, JobRefusals.Of(e.Message).Message);
        }
        finally
        {
            await DeleteAsync(name, space);
        }
    }

    private async Task<PreflightVerdict> LookAsync(string name, string space, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        while (true)
        {
            var observation = await ObserveAsync(name, space, cancellationToken);
            if (PreflightJob.Judge(config, observation) is { } verdict)
            {
                return verdict;
            }

            if (time.GetElapsedTime(begun).TotalSeconds >= PreflightJob.TimeoutSeconds)
            {
                return PreflightJob.TooLate(config, observation);
            }

            await Task.Delay(BetweenLooks, time, cancellationToken);
        }
    }

    private async Task<JobObservation> ObserveAsync(string name, string space, CancellationToken cancellationToken)
    {
        var job = await client.TryReadAsync<JobObject>(name, space, cancellationToken);
        var pods = await client.ListAsync<PodObject>(space, new ListOptions { LabelSelector = Selectors.Equal("batch.kubernetes.io/job-name", name) }, cancellationToken);
        var about = pods.Items is [var pod, ..] ? pod.Uid() : job?.Uid();
        var events = about is null
            ? null
            : await client.ListAsync<CoreV1Event>(space, new ListOptions { FieldSelector = Selectors.FieldEqual("involvedObject.uid", about) }, cancellationToken);
        var now = time.GetUtcNow();
        return new()
        {
            Job = job?.Model,
            Pods = [.. pods.Items.Select(p => p.Model)],
            Events = [.. (events?.Items ?? []).Select(e => JobEvents.Of(e, now))],
            Now = now,
        };
    }

    // Without the right to delete it, or an operator that dies first, its time to live ends it.
    private async Task DeleteAsync(string name, string space)
    {
        try
        {
            using var end = new CancellationTokenSource(LongestDeletion, time);
            _ = await client.TryDeleteAsync<JobObject>(name, space, new DeleteOptions { PropagationPolicy = PropagationPolicy.Background }, end.Token);
        }
        catch (Exception e) when (e is KubernetesException or KubernetesUnreachableException or OperationCanceledException)
        {
            JobBackendLog.TriedAgain(logger, space, name, e.Message);
        }
    }
}
