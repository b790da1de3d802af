using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.UserDeployments;

/// <summary>Which of several UserDeployments has a host or a namespace: the one that has it already, else the oldest. Pure.</summary>
public static class DeploymentConflicts
{
    /// <summary>The claim of another one that stands against a UserDeployment; null for none.</summary>
    /// <param name="deployment">The UserDeployment.</param>
    /// <param name="all">All UserDeployments of the cluster.</param>
    /// <param name="settings">What this operator allows.</param>
    public static DeploymentRefusal? Find(UserDeployment deployment, IEnumerable<UserDeployment> all, DeploymentSettings settings)
    {
        var target = DeploymentTarget.Of(deployment, settings);
        foreach (var other in all.Where(o => o.Uid() != deployment.Uid()))
        {
            var theirs = DeploymentTarget.Of(other, settings);
            if (theirs.Namespace == target.Namespace && GoesFirst(other, deployment, d => d.Status?.Namespace == target.Namespace))
            {
                return new(Reasons.NamespaceTaken, $"The namespace {target.Namespace} is that of the UserDeployment {ObjectKey.Of(other)}: choose another spec.targetNamespace in a new UserDeployment.");
            }

            if (target.Host is { } host && theirs.Host == host && GoesFirst(other, deployment, d => HasHost(d, host)))
            {
                return new(Reasons.HostTaken, $"The host {host} is that of the UserDeployment {ObjectKey.Of(other)}: choose another spec.access.host.");
            }
        }

        return null;
    }

    private static bool HasHost(UserDeployment deployment, string host) =>
        deployment.Status?.Urls?.Any(u => u == "https://" + host || u == "http://" + host) == true;

    private static bool GoesFirst(UserDeployment other, UserDeployment deployment, Func<UserDeployment, bool> has) => Rank(other, has).CompareTo(Rank(deployment, has)) < 0;

    private static (bool Lacks, DateTimeOffset Created, string Uid) Rank(UserDeployment deployment, Func<UserDeployment, bool> has) =>
        (!has(deployment), deployment.Metadata.CreationTimestamp ?? DateTimeOffset.MaxValue, deployment.Uid());
}
