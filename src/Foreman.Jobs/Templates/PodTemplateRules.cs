using Foreman.Api;
using k8s.Models;

namespace Foreman.Jobs;

/// <summary>What a template may not say, because a Job of Foreman is hardened, or because something else says it. Pure.</summary>
internal static class PodTemplateRules
{
    // A task that is cancelled ends within this time, whatever it asks for.
    private const long MostGraceSeconds = 3600;

    private const string Outside = "it would let the pod out of its confinement; leave it out";
    private const string NoToken = "only Foreman's own container gets a token; leave it out";
    private const string Forced = "Foreman sets it itself; leave it out";

    private static readonly (string Field, Func<V1PodSpec, bool> IsBad, string Why)[] OfSpec =
    [
        ("hostNetwork", s => s.HostNetwork == true, Outside),
        ("hostPID", s => s.HostPID == true, Outside),
        ("hostIPC", s => s.HostIPC == true, Outside),
        ("shareProcessNamespace", s => s.ShareProcessNamespace == true, "containers could read each other's memory; leave it out"),
        ("automountServiceAccountToken", s => s.AutomountServiceAccountToken == true, NoToken),
        ("serviceAccount", s => s.ServiceAccount is not null, "it is an old name; write serviceAccountName"),
        ("restartPolicy", s => s.RestartPolicy is not (null or "Never"), "an attempt is one pod that never restarts; leave it out"),
        ("activeDeadlineSeconds", s => s.ActiveDeadlineSeconds is not null, "it follows from the task's timeoutSeconds; leave it out"),
        ("terminationGracePeriodSeconds", s => s.TerminationGracePeriodSeconds is < 0 or > MostGraceSeconds, "it is not from 0 to 3600; take less"),
        ("nodeName", s => s.NodeName is not null, "it goes past the scheduler; use nodeSelector"),
        ("ephemeralContainers", s => s.EphemeralContainers is { Count: > 0 }, "they can't be part of a new pod; leave them out"),
    ];

    private static readonly (string Field, Func<V1PodSecurityContext, bool> IsBad)[] OfPodContext =
    [
        ("runAsNonRoot", c => c.RunAsNonRoot == false),
        ("runAsUser", c => c.RunAsUser == 0),
        ("runAsGroup", c => c.RunAsGroup == 0),
        ("seccompProfile.type", c => c.SeccompProfile?.Type == "Unconfined"),
        ("appArmorProfile.type", c => c.AppArmorProfile?.Type == "Unconfined"),
        ("sysctls", c => c.Sysctls is { Count: > 0 }),
        ("windowsOptions", c => c.WindowsOptions is not null),
    ];

    private static readonly (string Field, Func<V1SecurityContext, bool> IsBad)[] OfContext =
    [
        ("privileged", c => c.Privileged == true),
        ("allowPrivilegeEscalation", c => c.AllowPrivilegeEscalation == true),
        ("capabilities.add", c => c.Capabilities?.Add is { Count: > 0 }),
        ("runAsNonRoot", c => c.RunAsNonRoot == false),
        ("runAsUser", c => c.RunAsUser == 0),
        ("runAsGroup", c => c.RunAsGroup == 0),
        ("readOnlyRootFilesystem", c => c.ReadOnlyRootFilesystem == false),
        ("procMount", c => c.ProcMount is not (null or "Default")),
        ("seccompProfile.type", c => c.SeccompProfile?.Type == "Unconfined"),
        ("appArmorProfile.type", c => c.AppArmorProfile?.Type == "Unconfined"),
        ("windowsOptions", c => c.WindowsOptions is not null),
    ];

    // The task says these; a template for many tasks can't.
    private static readonly (string Field, Func<V1Container, bool> IsBad)[] OfTask =
    [
        ("image", c => c.Image is not null),
        ("command", c => c.Command is { Count: > 0 }),
        ("args", c => c.Args is { Count: > 0 }),
        ("workingDir", c => c.WorkingDir is not null),
        ("restartPolicy", c => c.RestartPolicy is not null),
        ("restartPolicyRules", c => c.RestartPolicyRules is { Count: > 0 }),
    ];

    /// <summary>What is wrong with a template.</summary>
    /// <param name="template">The template.</param>
    /// <param name="path">The field that holds it.</param>
    public static IEnumerable<JobFault> Faults(V1PodTemplateSpec template, string path)
    {
        var spec = template.Spec ?? new();
        var at = $"{path}.spec";
        return
        [
            .. OfMetadata(template.Metadata, $"{path}.metadata"),
            .. OfSpec.Where(r => r.IsBad(spec)).Select(r => Wrong($"{at}.{r.Field}", r.Why)),
            .. spec.SecurityContext is { } context ? OfPodContext.Where(r => r.IsBad(context)).Select(r => Wrong($"{at}.securityContext.{r.Field}", Outside)) : [],
            .. spec.Volumes.Each().Index().SelectMany(v => OfVolume(v.Item, Texts.Of($"{at}.volumes[{v.Index}]"))),
            .. spec.InitContainers.Each().Index().SelectMany(c => OfContainer(c.Item, Texts.Of($"{at}.initContainers[{c.Index}]"), isInit: true)),
            .. spec.Containers.Each().Index().SelectMany(c => OfContainer(c.Item, Texts.Of($"{at}.containers[{c.Index}]"), isInit: false)),
            .. Twice(spec, at),
        ];
    }

    private static IEnumerable<JobFault> OfMetadata(V1ObjectMeta? metadata, string at)
    {
        if (metadata is not null && (metadata.Name ?? metadata.GenerateName ?? metadata.NamespaceProperty) is not null)
        {
            yield return Wrong(at, "a pod's name and namespace follow from its task; leave labels and annotations only");
        }

        if (metadata is not null && (metadata.Finalizers is { Count: > 0 } || metadata.OwnerReferences is { Count: > 0 }))
        {
            yield return Wrong(at, "pods of Jobs have no other owners and no finalizers of their own; leave labels and annotations only");
        }

        foreach (var (key, value) in metadata?.Labels ?? new Dictionary<string, string>())
        {
            if (!LabelValues.IsKey(key) || value is null || !LabelValues.IsValue(value))
            {
                yield return Wrong($"{at}.labels", $"\"{Texts.Shown(key, 80)}: {Texts.Shown(value, 80)}\" is not a label");
            }
        }
    }

    private static IEnumerable<JobFault> OfVolume(V1Volume volume, string at)
    {
        if (JobVolumes.IsOurs(volume.Name))
        {
            yield return Wrong($"{at}.name", $"{volume.Name} is a volume of Foreman; give it another name");
        }

        if (volume.Projected?.Sources.Each().Any(s => s.ServiceAccountToken is not null || s.PodCertificate is not null) == true)
        {
            yield return Wrong($"{at}.projected", NoToken);
        }

        if ((volume.EmptyDir ?? volume.ConfigMap ?? volume.Secret ?? volume.Projected ?? volume.DownwardAPI ?? volume.PersistentVolumeClaim ?? volume.Ephemeral ?? volume.Csi ?? (object?)volume.Image) is null)
        {
            yield return Wrong(at, "it may be an emptyDir, configMap, secret, projected, downwardAPI, persistentVolumeClaim, ephemeral, csi or image, and is none of these");
        }
    }

    private static IEnumerable<JobFault> OfContainer(V1Container container, string at, bool isInit)
    {
        var isTask = !isInit && container.Name == TaskParts.Name;
        if (string.IsNullOrEmpty(container.Name) || TaskParts.IsOurs(container.Name, isInit))
        {
            yield return Wrong($"{at}.name", $"\"{Texts.Shown(container.Name, 80)}\" is no name for it: it is empty, or one of Foreman's containers has it");
        }

        if (!isTask && !ImageNames.IsName(container.Image ?? ""))
        {
            yield return new(FailureReason.InvalidImage, $"{at}.image", $"\"{Texts.Shown(container.Image, 80)}\" is not the name of an image");
        }

        IEnumerable<JobFault> others =
        [
            .. isTask ? OfTask.Where(r => r.IsBad(container)).Select(r => Wrong($"{at}.{r.Field}", "the task says it; leave it out")) : [],
            .. container.SecurityContext is { } context ? OfContext.Where(r => r.IsBad(context)).Select(r => Wrong($"{at}.securityContext.{r.Field}", Outside)) : [],
            .. container.Ports.Each().Where(p => p.HostPort is > 0).Select(_ => Wrong($"{at}.ports", Outside)),
            .. container.VolumeMounts.Each().SelectMany(m => OfMount(m, $"{at}.volumeMounts", isTask)),
            .. container.Env.Each().Where(v => !string.IsNullOrEmpty(v.Value) && SecretNames.Looks(v.Name ?? "")).Select(v => SecretLiteral($"{at}.env", v.Name)),
            .. container.Env.Each().Where(v => JobEnvironment.IsOurs(v.Name)).Select(v => Wrong($"{at}.env", $"{Texts.Shown(v.Name, 80)}: {Forced}")),
            .. ResourceMerge.Problems(ResourceMerge.Of(container.Resources)).Select(p => Wrong($"{at}.resources", p)),
        ];
        foreach (var fault in others)
        {
            yield return fault;
        }
    }

    private static IEnumerable<JobFault> OfMount(V1VolumeMount mount, string at, bool isTask)
    {
        if (mount.Name == JobVolumes.TokenVolume || JobVolumes.Token.StartsWith((mount.MountPath ?? "").TrimEnd('/') + "/", StringComparison.Ordinal) || mount.MountPath?.TrimEnd('/') == JobVolumes.Token)
        {
            yield return Wrong(at, $"{Texts.Shown(mount.Name, 80)}: {NoToken}");
        }
        else if (isTask && JobVolumes.IsTaken(mount.MountPath ?? ""))
        {
            yield return Wrong(at, $"{Texts.Shown(mount.MountPath, 80)} is where a volume of Foreman is; mount it elsewhere");
        }

        if (mount.MountPropagation == "Bidirectional")
        {
            yield return Wrong(at, $"{Texts.Shown(mount.Name, 80)}: {Outside}");
        }
    }

    private static IEnumerable<JobFault> Twice(V1PodSpec spec, string at) =>
        spec.InitContainers.Each().Concat(spec.Containers.Each()).Where(c => !string.IsNullOrEmpty(c.Name)).GroupBy(c => c.Name, StringComparer.Ordinal).Where(g => g.Count() > 1)
            .Select(g => Wrong($"{at}.containers", $"two containers are called {Texts.Shown(g.Key, 80)}; give each its own name"));

    /// <summary>A literal under a name that tells of a secret.</summary>
    internal static JobFault SecretLiteral(string at, string? name) =>
        Wrong(at, $"{Texts.Shown(name, 80)} looks like a secret, and its value would stand in the Job for all to read; put it into a Secret and refer to that with valueFrom.secretKeyRef");

    private static JobFault Wrong(string path, string why) => new(FailureReason.JobCreate, path, why);
}
