using System.Text;
using System.Text.Json;

namespace Foreman.Testing.Kubelet;

/// <summary>What a kubelet decides of a pod by itself.</summary>
internal static class PodRules
{
    private const string Killed = "OOMKilled";

    /// <summary>What the pod asks for that the small kubelet leaves out; empty when it does all of it.</summary>
    public static IReadOnlyList<string> Unsupported(Pod pod)
    {
        var all = pod.Spec.InitContainers.Concat(pod.Spec.Containers).ToList();
        return
        [
            .. all.Where(c => IsSet(c.Lifecycle)).Select(c => $"lifecycle of container {c.Name}"),
            .. all.SelectMany(c => c.VolumeMounts.Where(m => m.SubPathExpr is { Length: > 0 }).Select(m => $"subPathExpr of {m.MountPath} in container {c.Name}")),
            .. pod.Spec.Volumes.Where(v => !HasSource(v)).Select(v => $"the source of volume {v.Name}"),
            .. pod.Spec.ShareProcessNamespace == true ? (string[])["shareProcessNamespace"] : [],
            .. IsSet(pod.Spec.EphemeralContainers) ? (string[])["ephemeralContainers"] : [],
        ];
    }

    /// <summary>Whether a container that has ended is started again.</summary>
    public static bool Restarts(string policy, Container container, int exitCode) =>
        container.IsSidecar || policy == "Always" || (policy == "OnFailure" && exitCode != 0);

    /// <summary>The state of a container that has ended.</summary>
    /// <param name="exitCode">128 + signal when a signal ended it.</param>
    /// <param name="ranOutOfMemory">Whether the kernel ended a process of it for want of memory.</param>
    /// <param name="startedAt">When it began.</param>
    /// <param name="finishedAt">When it ended.</param>
    public static TerminatedState Ended(int exitCode, bool ranOutOfMemory, DateTimeOffset startedAt, DateTimeOffset finishedAt) => new()
    {
        ExitCode = exitCode,
        Reason = exitCode == 0 ? "Completed" : ranOutOfMemory ? Killed : "Error",
        StartedAt = startedAt,
        FinishedAt = finishedAt,
    };

    /// <summary>What is kept of a container's last words: its message, or with <c>FallbackToLogsOnError</c> the end of its log.</summary>
    /// <param name="container">Whose.</param>
    /// <param name="written">What it wrote to its message file.</param>
    /// <param name="log">Its log.</param>
    /// <param name="exitCode">How it ended.</param>
    public static string? LastWords(Container container, string written, IReadOnlyList<LogRecord> log, int exitCode)
    {
        if (written.Length > 0)
        {
            return written[..Math.Min(written.Length, 4096)];
        }

        if (container.TerminationMessagePolicy != "FallbackToLogsOnError" || exitCode == 0)
        {
            return null;
        }

        var end = string.Concat(log.TakeLast(80).Select(r => Encoding.UTF8.GetString(r.Rendered(withTime: false))));
        return end.Length == 0 ? null : end[^Math.Min(end.Length, 2048)..];
    }

    /// <summary>The program of a container with its arguments, not yet expanded.</summary>
    /// <exception cref="PodSetupException">Neither the image nor the container names one.</exception>
    public static IReadOnlyList<string> Command(Container container, KubeletImage image)
    {
        var program = container.Command ?? image.Entrypoint;
        var arguments = container.Args ?? (container.Command is null ? image.Command : []);
        string[] command = [.. program, .. arguments];
        return command.Length > 0 ? command : throw new PodSetupException("no command specified", "CreateContainerError");
    }

    /// <summary>The user and group that a container runs as.</summary>
    /// <exception cref="PodSetupException">It may not be root and would be.</exception>
    public static (long User, long Group) Identity(Pod pod, Container container, KubeletImage image)
    {
        var (own, common) = (container.SecurityContext, pod.Spec.SecurityContext);
        var user = own.RunAsUser ?? common.RunAsUser ?? image.User;
        return user == 0 && (own.RunAsNonRoot ?? common.RunAsNonRoot) == true
            ? throw new PodSetupException("container has runAsNonRoot and image will run as root")
            : (user, own.RunAsGroup ?? common.RunAsGroup ?? 0);
    }

    private static bool IsSet(JsonElement? value) => value is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) };

    private static bool HasSource(Volume volume) => volume.EmptyDir is not null || volume.HostPath is not null || volume.Secret is not null
        || volume.ConfigMap is not null || volume.Projected is not null || volume.DownwardAPI is not null || volume.Image is not null;
}
