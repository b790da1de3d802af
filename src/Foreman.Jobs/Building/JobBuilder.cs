using System.Collections.Immutable;
using System.Text.Json.Nodes;
using k8s.Models;

namespace Foreman.Jobs;

/// <summary>Makes the Job of a run. Pure: the same run gives the same Job.</summary>
public static class JobBuilder
{
    /// <summary>The Job, or all that is wrong with the run.</summary>
    /// <param name="run">The run.</param>
    public static JobPlan Build(JobRun run)
    {
        var reading = Template(run);
        if (reading.Template is not { } template)
        {
            return new(null, [.. RunRules.Faults(run, new()), .. reading.Faults]);
        }

        var given = (template.Spec ?? new()).Containers.Each().FirstOrDefault(c => c.Name == TaskParts.Name) ?? new V1Container();
        var faults = RunRules.Faults(run, given).Concat(reading.Faults).ToImmutableArray();
        return faults.Length > 0 ? new(null, faults) : new(Job(run, template, given), []);
    }

    private static PodTemplateReading Template(JobRun run)
    {
        var below = run.Config.PodTemplate.Length == 0 ? null : (JsonObject?)JsonNode.Parse(run.Config.PodTemplate);
        return (below, run.Job?.Template) switch
        {
            (null, null) => new(new(), []),
            ({ } all, null) => PodTemplates.Read(all, "--jobs-config podTemplate"),
            (null, { } own) => PodTemplates.Read(own, "spec.job.template"),
            ({ } all, { } own) => PodTemplates.Read(PodTemplates.Merge(all, own), "spec.job.template"),
        };
    }

    // No second pod of an attempt: none is made while another may still write, and none after it failed.
    private static V1Job Job(JobRun run, V1PodTemplateSpec template, V1Container given) => new()
    {
        ApiVersion = JobFormat.Type.ApiVersion,
        Kind = JobFormat.Type.Kind,
        Metadata = JobMetadata.OfJob(run),
        Spec = new()
        {
            BackoffLimit = 0,
            Completions = 1,
            Parallelism = 1,
            PodReplacementPolicy = "Failed",
            ActiveDeadlineSeconds = HasBackstopInPod(run) ? null : JobTimes.BackstopSeconds(run),
            TtlSecondsAfterFinished = JobTimes.KeptSeconds(run),
            Template = new() { Metadata = JobMetadata.OfPod(run, template.Metadata), Spec = Pod(run, template.Spec ?? new(), given) },
        },
    };

    private static V1PodSpec Pod(JobRun run, V1PodSpec template, V1Container given)
    {
        var task = TaskParts.Task(run, given, template.TerminationGracePeriodSeconds);
        var init = TaskParts.Init(run, task, template.InitContainers.Each());
        return template with
        {
            RestartPolicy = "Never",
            AutomountServiceAccountToken = false,
            EnableServiceLinks = template.EnableServiceLinks ?? false,
            ServiceAccountName = ServiceAccount(run) ?? template.ServiceAccountName,
            SecurityContext = Hardening.Pod(template.SecurityContext),
            TerminationGracePeriodSeconds = JobTimes.PodGraceSeconds(run, template.TerminationGracePeriodSeconds),
            ActiveDeadlineSeconds = HasBackstopInPod(run) ? JobTimes.BackstopSeconds(run) : null,
            InitContainers = init.Count == 0 ? null : [.. init.Select(c => c.Harden())],
            Containers = [task.Harden(), .. template.Containers.Each().Where(c => c.Name != TaskParts.Name).Select(c => c.Harden())],
            Volumes = [.. JobVolumes.Of(run), JobVolumes.TokenOfPod(), .. TaskParts.SidecarVolumes(run), .. template.Volumes.Each()],
        };
    }

    // A pod's deadline begins on its node, a Job's with the Job: the former leaves a pod that may wait for ever alone.
    private static bool HasBackstopInPod(JobRun run) => JobTimes.UnschedulableSeconds(run) == 0;

    // What a task says stands above its Agent, and that above the configuration.
    private static string? ServiceAccount(JobRun run) =>
        run.Job?.Template?["spec"] is JsonObject own && own["serviceAccountName"] is not null ? null
        : run.Agent?.Execution?.ServiceAccountName is { Length: > 0 } name ? name
        : null;
}
