using System.Collections.Immutable;
using System.Globalization;

namespace Foreman.UserDeployments.Templates;

/// <summary>Reads one service of a template. Pure.</summary>
internal static class ServiceReader
{
    private const int MostName = 40;
    private const int MostReplicas = 100;
    private const int MostPort = 65535;
    private const int MostSeconds = 3600;
    private const string Name = "a name of lower-case letters, digits and inner dashes, at most 40";

    private const string Refused =
        "privileged pods, host paths and host networks are refused here (Pod Security restricted), unless the operator runs with --user-deployments-allow-privileged";

    private static readonly string[] ProbeKinds = ["liveness", "readiness", "startup"];

    /// <summary>The service; what is wrong with it was told to the map.</summary>
    /// <param name="map">Its map.</param>
    /// <param name="allowPrivileged">Whether a service may ask for more than Pod Security restricted allows.</param>
    public static TemplateService Read(TemplateMap map, bool allowPrivileged)
    {
        var ports = Ports(map);
        var resources = map.Map("resources");
        var service = new TemplateService
        {
            Name = map.Needed("name", n => Names.IsLabel(n, MostName), Name),
            Image = map.Needed("image", IsImage, "an image"),
            Command = map.List("command", _ => true, "a text"),
            Args = map.List("args", _ => true, "a text"),
            Env = map.Entries("env", Names.IsVariable, _ => true, "an environment variable"),
            Ports = ports,
            Replicas = map.Whole("replicas", 0, MostReplicas) ?? 1,
            Requests = Amounts(resources, "requests"),
            Limits = Amounts(resources, "limits"),
            Probes = Probes(map, ports),
            Volumes = Volumes(map, allowPrivileged),
            Expose = map.Flag("expose"),
            RunAsUser = map.Whole("runAsUser", 1, int.MaxValue),
            Privileged = Open(map, "privileged", allowPrivileged),
            HostNetwork = Open(map, "hostNetwork", allowPrivileged),
        };
        resources?.RefuseOthers();
        map.RefuseOthers();
        return service;
    }

    /// <summary>True for the name of an image.</summary>
    public static bool IsImage(string text) => text is { Length: > 0 and <= 512 } && !text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c));

    private static ImmutableArray<int> Ports(TemplateMap map)
    {
        var texts = map.List("ports", t => int.TryParse(t, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= MostPort, "a port from 1 to 65535");
        var ports = texts.Select(t => int.Parse(t, NumberStyles.None, CultureInfo.InvariantCulture)).ToImmutableArray();
        if (ports.Distinct().Count() < ports.Length)
        {
            map.Fail("ports", "a port stands there twice");
        }

        return ports;
    }

    private static ImmutableSortedDictionary<string, string> Amounts(TemplateMap? resources, string key) =>
        resources?.Entries(key, Quantities.IsResource, Quantities.IsQuantity, "a resource and a quantity, such as `memory: 256Mi`")
        ?? ImmutableSortedDictionary<string, string>.Empty;

    private static bool Open(TemplateMap map, string key, bool allowPrivileged)
    {
        var isOpen = map.Flag(key);
        if (isOpen && !allowPrivileged)
        {
            map.Fail(key, Refused);
        }

        return isOpen;
    }

    private static ImmutableSortedDictionary<string, TemplateProbe> Probes(TemplateMap map, ImmutableArray<int> ports)
    {
        var read = ImmutableSortedDictionary.CreateBuilder<string, TemplateProbe>(StringComparer.Ordinal);
        if (map.Map("probes") is not { } probes)
        {
            return read.ToImmutable();
        }

        foreach (var kind in ProbeKinds)
        {
            if (probes.Map(kind) is { } probe)
            {
                read[kind] = Probe(probe, ports);
            }
        }

        probes.RefuseOthers();
        return read.ToImmutable();
    }

    private static TemplateProbe Probe(TemplateMap map, ImmutableArray<int> ports)
    {
        var probe = new TemplateProbe
        {
            Command = map.List("command", _ => true, "a text"),
            Path = map.Text("path", p => p.StartsWith('/'), "a path that begins with a slash"),
            Port = map.Whole("port", 1, MostPort) ?? ports.FirstOrDefault(),
            InitialDelaySeconds = map.Whole("initialDelaySeconds", 0, MostSeconds),
            PeriodSeconds = map.Whole("periodSeconds", 1, MostSeconds),
            TimeoutSeconds = map.Whole("timeoutSeconds", 1, MostSeconds),
            FailureThreshold = map.Whole("failureThreshold", 1, MostSeconds),
        };
        if (probe.Command.IsEmpty && probe.Port == 0)
        {
            map.Fail("port", "it is missing, and the service has none: give a port or a command");
        }

        map.RefuseOthers();
        return probe;
    }

    private static ImmutableArray<TemplateVolume> Volumes(TemplateMap map, bool allowPrivileged)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var paths = new HashSet<string>(StringComparer.Ordinal);
        var read = ImmutableArray.CreateBuilder<TemplateVolume>();
        foreach (var volume in map.Maps("volumes"))
        {
            var one = Volume(volume, allowPrivileged);
            read.Add(one);
            if (!names.Add(one.Name) && one.Name.Length > 0)
            {
                volume.Fail("name", $"the volume {one.Name} stands there twice");
            }

            if (!paths.Add(one.MountPath) && one.MountPath.Length > 0)
            {
                volume.Fail("mountPath", "another volume is mounted there");
            }
        }

        return read.ToImmutable();
    }

    private static TemplateVolume Volume(TemplateMap map, bool allowPrivileged)
    {
        var volume = new TemplateVolume(map.Needed("name", n => Names.IsLabel(n, MostName), Name), map.Needed("mountPath", IsPath, "an absolute path"))
        {
            Config = map.Flag("config"),
            HostPath = map.Text("hostPath", IsPath, "an absolute path"),
            SizeLimit = map.Text("sizeLimit", Quantities.IsQuantity, "a quantity, such as 1Gi") ?? "1Gi",
        };
        if (volume.HostPath is not null && !allowPrivileged)
        {
            map.Fail("hostPath", Refused);
        }

        if (volume.HostPath is not null && volume.Config)
        {
            map.Fail("hostPath", "a volume is one of hostPath and config");
        }

        map.RefuseOthers();
        return volume;
    }

    // The kubelet takes a colon for the end of the path.
    private static bool IsPath(string text) =>
        text.StartsWith('/') && text.Length is > 1 and <= 1024 && !text.Contains(':', StringComparison.Ordinal) && !text.Split('/').Contains("..") && !text.Any(char.IsControl);
}
