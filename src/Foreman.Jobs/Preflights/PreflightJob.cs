using System.Text.Json.Nodes;
using k8s.Models;

namespace Foreman.Jobs;

/// <summary>The Job that proves, at the operator's start and on a change, that Jobs can be made: rights, admission and images. Pure.</summary>
public static class PreflightJob
{
    /// <summary>Longest time for the answer, in seconds.</summary>
    public const int TimeoutSeconds = 15;

    // An operator that dies meanwhile leaves nothing behind for long.
    private const int KeptSeconds = 300;

    private const string Probe = "preflight";

    /// <summary>The Job, or what is wrong with the configuration.</summary>
    /// <param name="config">The operator's configuration.</param>
    /// <param name="space">The namespace.</param>
    /// <param name="name">A name of its own, at most 63 characters.</param>
    public static JobPlan Build(JobsConfig config, string space, string name)
    {
        var reading = config.PodTemplate.Length == 0
            ? new PodTemplateReading(new(), [])
            : PodTemplates.Read((JsonObject)JsonNode.Parse(config.PodTemplate)!, "--jobs-config podTemplate");
        if (reading.Template is not { } template || reading.Faults.Length > 0)
        {
            return new(null, reading.Faults);
        }

        var metadata = new V1ObjectMeta { Name = name, NamespaceProperty = space, Labels = Labels(config), Annotations = new Dictionary<string, string>(config.ExtraAnnotations, StringComparer.Ordinal) };
        return new(
            new()
            {
                ApiVersion = JobFormat.Type.ApiVersion,
                Kind = JobFormat.Type.Kind,
                Metadata = metadata,
                Spec = new()
                {
                    BackoffLimit = 0,
                    ActiveDeadlineSeconds = 4 * TimeoutSeconds,
                    TtlSecondsAfterFinished = KeptSeconds,
                    Template = new() { Metadata = new() { Labels = metadata.Labels, Annotations = metadata.Annotations }, Spec = Pod(config, template.Spec ?? new()) },
                },
            },
            []);
    }

    /// <summary>What the preflight has found so far; null while it has to be looked at again.</summary>
    /// <param name="config">The operator's configuration.</param>
    /// <param name="observation">What is known of its Job.</param>
    public static PreflightVerdict? Judge(JobsConfig config, JobObservation observation)
    {
        var outcome = JobClassifier.Classify(observation);
        return outcome.State switch
        {
            JobState.Failed => new(false, $"a Job can't run here: {outcome.Message}"),
            JobState.Succeeded => new(true, ""),
            _ when !config.UseImageVolumes && observation.Pods.Length > 0 => new(true, ""),
            _ => null,
        };
    }

    /// <summary>What it means that nothing was found within <see cref="TimeoutSeconds"/>.</summary>
    /// <param name="config">The operator's configuration.</param>
    /// <param name="observation">What was known at last.</param>
    public static PreflightVerdict TooLate(JobsConfig config, JobObservation observation)
    {
        var last = JobClassifier.Classify(observation).Message;
        var why = last.Length > 0 ? $": {last}" : "";
        return new(false, observation.Pods.Length == 0
            ? Texts.Of($"a Job had no pod within {TimeoutSeconds} s{why}; look whether the cluster's Job controller runs")
            : config.UseImageVolumes
                ? Texts.Of($"a pod with an image volume did not end within {TimeoutSeconds} s{why}; useImageVolumes needs Kubernetes 1.35, or 1.33 with the feature gate ImageVolume, and a runtime that has them")
                : Texts.Of($"a Job did not end within {TimeoutSeconds} s{why}"));
    }

    private static SortedDictionary<string, string> Labels(JobsConfig config) => new(config.ExtraLabels.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal)
    {
        ["app.kubernetes.io/name"] = JobMetadata.App,
        ["app.kubernetes.io/component"] = Probe,
    };

    private static V1PodSpec Pod(JobsConfig config, V1PodSpec template)
    {
        var probe = new V1Container
        {
            Name = Probe,
            Image = config.PreflightImage,
            ImagePullPolicy = config.ImagePullPolicy,
            Command = ["true"],
            Resources = ResourceMerge.Model(config.PreflightResources),
            VolumeMounts = config.UseImageVolumes ? [JobVolumes.Mount(Probe, "/opt/preflight", isReadOnly: true)] : null,
        };
        return template with
        {
            RestartPolicy = "Never",
            AutomountServiceAccountToken = false,
            SecurityContext = Hardening.Pod(template.SecurityContext),
            TerminationGracePeriodSeconds = 1,
            InitContainers = null,
            Containers = [probe.Harden()],
            Volumes = config.UseImageVolumes ? [new() { Name = Probe, Image = new() { Reference = config.PreflightImage, PullPolicy = config.ImagePullPolicy } }] : null,
        };
    }
}

/// <summary>What a preflight found.</summary>
/// <param name="IsGood">True when Jobs can be made.</param>
/// <param name="Message">Why not, and what to do; empty when all is well.</param>
public sealed record PreflightVerdict(bool IsGood, string Message);
