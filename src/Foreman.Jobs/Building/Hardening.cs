using k8s.Models;

namespace Foreman.Jobs;

/// <summary>What the restricted Pod Security Standard asks for, and a read-only root beside it. Pure.</summary>
internal static class Hardening
{
    /// <summary>User, group and file group where the template does not say.</summary>
    public const long Id = 1000;

    /// <summary>The context of a pod.</summary>
    /// <param name="given">That of the template, which holds nothing weaker.</param>
    public static V1PodSecurityContext Pod(V1PodSecurityContext? given) => (given ?? new()) with
    {
        RunAsNonRoot = true,
        RunAsUser = given?.RunAsUser ?? Id,
        RunAsGroup = given?.RunAsGroup ?? Id,
        FsGroup = given?.FsGroup ?? Id,
        FsGroupChangePolicy = given?.FsGroupChangePolicy ?? "OnRootMismatch",
        SeccompProfile = given?.SeccompProfile ?? new() { Type = "RuntimeDefault" },
    };

    /// <summary>The container, hardened.</summary>
    /// <param name="container">One that asks for nothing weaker.</param>
    public static V1Container Harden(this V1Container container) => container with
    {
        SecurityContext = (container.SecurityContext ?? new()) with
        {
            AllowPrivilegeEscalation = false,
            Privileged = false,
            ReadOnlyRootFilesystem = true,
            RunAsNonRoot = true,
            Capabilities = new() { Drop = ["ALL"] },
        },
    };
}
