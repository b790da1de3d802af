using System.Collections.Immutable;

namespace Foreman.UserDeployments.Templates;

/// <summary>A service of a template with all values filled in.</summary>
internal sealed record TemplateService
{
    /// <summary>Name of its Deployment and Service.</summary>
    public required string Name { get; init; }

    public required string Image { get; init; }

    public ImmutableArray<string> Command { get; init; } = [];

    public ImmutableArray<string> Args { get; init; } = [];

    public ImmutableSortedDictionary<string, string> Env { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>TCP ports, the first one is exposed.</summary>
    public ImmutableArray<int> Ports { get; init; } = [];

    public int Replicas { get; init; } = 1;

    public ImmutableSortedDictionary<string, string> Requests { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    public ImmutableSortedDictionary<string, string> Limits { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>By its kind: liveness, readiness, startup.</summary>
    public ImmutableSortedDictionary<string, TemplateProbe> Probes { get; init; } = ImmutableSortedDictionary<string, TemplateProbe>.Empty;

    public ImmutableArray<TemplateVolume> Volumes { get; init; } = [];

    /// <summary>Whether it is the one that is reached from outside of the namespace.</summary>
    public bool Expose { get; init; }

    /// <summary>User of its processes; null for that of the image, which must not be root then.</summary>
    public int? RunAsUser { get; init; }

    public bool Privileged { get; init; }

    public bool HostNetwork { get; init; }

    /// <summary>True for what Pod Security restricted would refuse.</summary>
    public bool IsOpen => Privileged || HostNetwork || Volumes.Any(v => v.HostPath is not null);
}

/// <summary>A volume and where it is mounted.</summary>
/// <param name="Name">Its name in the pod.</param>
/// <param name="MountPath">Where it is mounted.</param>
internal sealed record TemplateVolume(string Name, string MountPath)
{
    /// <summary>Most that an empty folder may hold, as a quantity.</summary>
    public string SizeLimit { get; init; } = "1Gi";

    /// <summary>True for the files of spec.config in place of an empty folder.</summary>
    public bool Config { get; init; }

    /// <summary>A folder of the node in place of an empty one; null for none.</summary>
    public string? HostPath { get; init; }
}

/// <summary>A probe: a command, else a path over HTTP, else a connection.</summary>
internal sealed record TemplateProbe
{
    public ImmutableArray<string> Command { get; init; } = [];

    public string? Path { get; init; }

    /// <summary>The port; 0 with a command only.</summary>
    public int Port { get; init; }

    public int? InitialDelaySeconds { get; init; }

    public int? PeriodSeconds { get; init; }

    public int? TimeoutSeconds { get; init; }

    public int? FailureThreshold { get; init; }
}

/// <summary>What was read of a template.</summary>
/// <param name="Services">Its services in their order; empty when anything is wrong.</param>
/// <param name="Faults">A sentence without its full stop for each fault, with its line and key; empty for a good template.</param>
internal sealed record TemplateReading(ImmutableArray<TemplateService> Services, ImmutableArray<string> Faults);
