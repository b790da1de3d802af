using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.UserDeployments;

/// <summary>Where a UserDeployment lies and is reached. Follows from its spec alone.</summary>
/// <param name="Namespace">Namespace of its objects.</param>
/// <param name="Host">Host that it claims; null for none.</param>
/// <param name="Url">Where it is reached; null for nowhere.</param>
/// <param name="Faults">Why it can't have a host: sentences without their full stops.</param>
public sealed record DeploymentTarget(string Namespace, string? Host, string? Url, ImmutableArray<string> Faults)
{
    private const int MostName = 40;

    /// <summary>The target of a UserDeployment.</summary>
    /// <param name="deployment">The UserDeployment, as it is stored.</param>
    /// <param name="settings">What this operator allows.</param>
    public static DeploymentTarget Of(UserDeployment deployment, DeploymentSettings settings)
    {
        var space = deployment.Spec.TargetNamespace is { Length: > 0 } given ? given : OwnNamespace(deployment);
        if (deployment.Spec.Access is not { } access || access.Mode == AccessMode.None)
        {
            return new(space, null, null, []);
        }

        if (settings.Domain is not { } domain)
        {
            return new(space, null, null, ["spec.access: this operator has no domain to expose services on; set DEPLOYMENT_DOMAIN, or use the mode none"]);
        }

        var host = HostOf(deployment, access.Host, domain);
        return IsBelow(host, domain)
            ? new(space, host, (access.Mode == AccessMode.Internal ? "http://" : "https://") + host, [])
            : new(space, null, null, [$"spec.access.host: `{Texts.Shown(host)}` is no host name of lower-case letters at or below {domain}"]);
    }

    // The UID keeps it apart from one of the same name that is being deleted.
    private static string OwnNamespace(UserDeployment deployment)
    {
        var name = deployment.Name().Replace('.', '-');
        var uid = deployment.Uid();
        return $"ud-{(name.Length <= MostName ? name : name[..MostName]).TrimEnd('-')}-{(uid.Length <= 8 ? uid : uid[..8])}";
    }

    private static string HostOf(UserDeployment deployment, string? given, string domain) =>
        given is not { Length: > 0 } ? $"{deployment.Name().Replace('.', '-')}-{deployment.Namespace()}.{domain}"
        : given.Contains('.', StringComparison.Ordinal) ? given
        : $"{given}.{domain}";

    private static bool IsBelow(string host, string domain) =>
        Names.IsDnsName(host) && (host == domain || host.EndsWith("." + domain, StringComparison.Ordinal));
}
