using System.Collections.Immutable;
using Foreman.Api;
using Foreman.UserDeployments.Templates;
using k8s.Models;

namespace Foreman.UserDeployments.Wanted;

/// <summary>The Deployment of a service. Pure.</summary>
internal static class PodObjects
{
    /// <summary>Name of the ConfigMap with the configuration.</summary>
    public const string ConfigMap = "user-config";

    /// <summary>The one key of fetched Secrets, which Secrets of others don't have: a variable never shows one of theirs that has the name already.</summary>
    public const string SecretKey = "user-deployment-value";

    private const string ConfigDigest = ApiGroup.Name + "/config-digest";

    /// <summary>The Deployment.</summary>
    /// <param name="run">What it is made from.</param>
    /// <param name="service">The service.</param>
    public static WantedObject Deployment(DeploymentRun run, TemplateService service)
    {
        var spec = new V1DeploymentSpec
        {
            Replicas = Replicas(run, service),
            RevisionHistoryLimit = 2,
            Selector = new() { MatchLabels = run.ServiceLabels(service.Name) },
            Template = new()
            {
                Metadata = new() { Labels = run.ServiceLabels(service.Name), Annotations = Annotations(run, service) },
                Spec = Pod(run, service),
            },
        };
        return run.Object(ProvisioningStep.Deployments, DeploymentFormat.Type, service.Name, ("spec", DeploymentRun.Json(spec)));
    }

    /// <summary>Replicas of a service as they are wanted.</summary>
    public static int Replicas(DeploymentRun run, TemplateService service) => run.Deployment.Spec.DesiredState == DesiredState.Stopped ? 0 : service.Replicas;

    // What is mounted does not change the pod by itself; its digest rolls just the services that see it.
    private static Dictionary<string, string>? Annotations(DeploymentRun run, TemplateService service) => DeploymentRun.UsesConfig(service)
        ? new(StringComparer.Ordinal) { [ConfigDigest] = Names.Digest(string.Concat(run.Config.Select(c => $"{c.Key}\0{c.Value}\0"))) }
        : null;

    private static V1PodSpec Pod(DeploymentRun run, TemplateService service) => new()
    {
        AutomountServiceAccountToken = false,
        EnableServiceLinks = false,
        HostNetwork = service.HostNetwork ? true : null,
        SecurityContext = new()
        {
            RunAsNonRoot = service.IsOpen ? null : true,
            RunAsUser = service.RunAsUser,
            FsGroup = service.RunAsUser,
            SeccompProfile = service.Privileged ? null : new() { Type = "RuntimeDefault" },
        },
        Containers = [Container(run, service)],
        Volumes = service.Volumes.IsEmpty ? null : [.. service.Volumes.Select(Volume)],
    };

    private static V1Container Container(DeploymentRun run, TemplateService service) => new()
    {
        Name = service.Name,
        Image = service.Image,
        Command = service.Command.IsEmpty ? null : [.. service.Command.Select(Literal)],
        Args = service.Args.IsEmpty ? null : [.. service.Args.Select(Literal)],
        Env = Environment(run, service),
        Ports = service.Ports.IsEmpty ? null : [.. service.Ports.Select(p => new V1ContainerPort { ContainerPort = p, Protocol = "TCP" })],
        Resources = service.Requests.IsEmpty && service.Limits.IsEmpty ? null : new() { Requests = Amounts(service.Requests), Limits = Amounts(service.Limits) },
        LivenessProbe = Probe(service, "liveness"),
        ReadinessProbe = Probe(service, "readiness"),
        StartupProbe = Probe(service, "startup"),
        SecurityContext = service.Privileged
            ? new() { Privileged = true }
            : new() { AllowPrivilegeEscalation = false, Capabilities = new() { Drop = ["ALL"] } },
        VolumeMounts = service.Volumes.IsEmpty ? null : [.. service.Volumes.Select(v => new V1VolumeMount { Name = v.Name, MountPath = v.MountPath, ReadOnlyProperty = v.Config ? true : null })],
    };

    // Of one name the secret counts.
    private static List<V1EnvVar>? Environment(DeploymentRun run, TemplateService service)
    {
        var secrets = (run.Deployment.Spec.Secrets ?? []).Where(s => s.Env is { Length: > 0 }).ToList();
        List<V1EnvVar> all =
        [
            .. service.Env.Where(e => secrets.TrueForAll(s => s.Env != e.Key)).Select(e => new V1EnvVar { Name = e.Key, Value = Literal(e.Value) }),
            .. secrets.Select(s => new V1EnvVar { Name = s.Env!, ValueFrom = new() { SecretKeyRef = new() { Name = s.Name, Key = SecretKey } } }),
        ];
        return all.Count == 0 ? null : all;
    }

    private static V1Volume Volume(TemplateVolume volume) =>
        volume.HostPath is { } path ? new() { Name = volume.Name, HostPath = new() { Path = path } }
        : volume.Config ? new() { Name = volume.Name, ConfigMap = new() { Name = ConfigMap } }
        : new() { Name = volume.Name, EmptyDir = new() { SizeLimit = new ResourceQuantity(volume.SizeLimit) } };

    private static V1Probe? Probe(TemplateService service, string kind) => service.Probes.TryGetValue(kind, out var probe)
        ? new()
        {
            Exec = probe.Command.IsEmpty ? null : new() { Command = [.. probe.Command] },
            HttpGet = probe.Command.IsEmpty && probe.Path is { } path ? new() { Path = path, Port = Port(probe.Port) } : null,
            TcpSocket = probe.Command.IsEmpty && probe.Path is null ? new() { Port = Port(probe.Port) } : null,
            InitialDelaySeconds = probe.InitialDelaySeconds,
            PeriodSeconds = probe.PeriodSeconds,
            TimeoutSeconds = probe.TimeoutSeconds,
            FailureThreshold = probe.FailureThreshold,
        }
        : null;

    private static Dictionary<string, ResourceQuantity>? Amounts(ImmutableSortedDictionary<string, string> amounts) =>
        amounts.Count == 0 ? null : amounts.ToDictionary(a => a.Key, a => new ResourceQuantity(a.Value), StringComparer.Ordinal);

    // $(NAME) and $$ mean something to the kubelet in commands, arguments and variables.
    private static string Literal(string text) => text.Replace("$", "$$", StringComparison.Ordinal);

    private static IntOrString Port(int port) => port;
}
