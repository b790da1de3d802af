using System.Net;
using Foreman.Api;
using Foreman.Jobs;
using Foreman.Kubernetes;
using Foreman.Scheduling;
using JobObject = Foreman.Kubernetes.ModelObject<k8s.Models.V1Job, Foreman.Jobs.JobFormat>;

namespace Foreman.Operator.Backends;

/// <summary>Creates Jobs, each once: an answer that it exists already is an answer when the Job is the attempt's own.</summary>
/// <param name="client">Writes.</param>
internal sealed class JobCreator(IKubernetes client)
{
    private static readonly WriteOptions Creation = new() { FieldManager = ApiGroup.FieldManager };

    /// <summary>Creates the Job of a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="cancellationToken">Gives up; it may be created all the same.</param>
    /// <returns>Null when the Job is there; else why there will be none.</returns>
    /// <exception cref="KubernetesException">The server could not answer: it is to be tried again.</exception>
    /// <exception cref="KubernetesUnreachableException">No answer came: it is to be tried again.</exception>
    public async Task<TakeBackReason?> CreateAsync(JobRun run, CancellationToken cancellationToken)
    {
        var plan = JobBuilder.Build(run);
        if (plan.Job is not { } job)
        {
            return new(AttemptOutcome.Failed, plan.Faults[0].Reason.Value, string.Join(". ", plan.Faults.Select(f => $"{f.Path}: {f.Why}")));
        }

        try
        {
            _ = await client.CreateAsync(new JobObject(job), Creation, cancellationToken);
            return null;
        }
        catch (KubernetesException e) when (e.IsAlreadyExists)
        {
            return await AdoptAsync(run, cancellationToken);
        }
        catch (KubernetesException e) when (IsRefusal(e))
        {
            var (reason, message) = JobRefusals.Of(e.Message);
            return new(AttemptOutcome.Failed, reason.Value, $"its Job {run.Name} could not be created: {message}");
        }
    }

    /// <summary>True for an answer that stays the same however often it is asked for.</summary>
    internal static bool IsRefusal(KubernetesException e) => e.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.NotFound or HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity;

    private async Task<TakeBackReason?> AdoptAsync(JobRun run, CancellationToken cancellationToken)
    {
        var space = run.Task.Namespace();
        var there = await client.TryReadAsync<JobObject>(run.Name, space, cancellationToken);
        return there is not null && JobIdentity.IsOf(there.Model, run.Task.Uid(), run.Attempt)
            ? null
            : new(AttemptOutcome.Failed, FailureReason.JobCreate.Value, $"a Job {space}/{run.Name} is there that is not this task's; delete it, and create the task again");
    }
}
