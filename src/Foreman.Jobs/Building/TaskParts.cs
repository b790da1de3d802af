using System.Globalization;
using Foreman.Api;
using k8s.Models;

namespace Foreman.Jobs;

/// <summary>The containers of a Job. Pure.</summary>
internal static class TaskParts
{
    /// <summary>The container that does the task.</summary>
    public const string Name = "task";

    /// <summary>The init container of setupCommand.</summary>
    public const string SetupName = "setup";

    /// <summary>The native sidecar that claims, holds the token and reports, where the task is a container.</summary>
    public const string RunnerName = "runner";

    private const string CopyPrefix = "copy-";
    private const string CopyTarget = "/foreman-content";
    private const string Program = "foreman-agent";

    // Without a claim within this time it is started again; how long a claim is waited for at all is the operator's to say.
    private const int ClaimSeconds = 120;

    // As user 1000: what that user can't read is left out, and the log names it. The root itself is left out too, because the folder that
    // the content goes to belongs to root, and tar fails where it can't set a folder's time and mode.
    private const string CopyScript = """
        cd / || exit 1
        set --
        for name in ./* ./.[!.]* ./..?*; do
          case $name in
            ./foreman-content | ./proc | ./sys | ./dev | ./.dockerenv) continue ;;
          esac
          if [ -e "$name" ] || [ -L "$name" ]; then
            set -- "$@" "$name"
          fi
        done
        [ $# -gt 0 ] || exit 0
        tar -c -f - --exclude=./run/secrets --exclude=./var/run/secrets "$@" | tar -x -f - -C /foreman-content
        """;

    /// <summary>True for names that a template's container can't have.</summary>
    /// <param name="name">The name.</param>
    /// <param name="isInit">True for an init container; one beside the task that is called as it is merged with it.</param>
    public static bool IsOurs(string name, bool isInit) =>
        name is SetupName or RunnerName || (isInit && name == Name) || name.StartsWith(CopyPrefix, StringComparison.Ordinal);

    /// <summary>The init containers in their order: copies of content, the template's, the one that claims, setup.</summary>
    /// <param name="run">The run.</param>
    /// <param name="task">The container <see cref="Name"/> as it will be.</param>
    /// <param name="template">The template's.</param>
    public static List<V1Container> Init(JobRun run, V1Container task, IEnumerable<V1Container> template) =>
    [
        .. run.Config.UseImageVolumes ? [] : run.Sidecars.Select((s, i) => Copy(run, s, i)),
        .. template,
        .. run.Container is null ? [] : (V1Container[])[Runner(run)],
        .. run.Setup.Length == 0 ? [] : (V1Container[])[Setup(run, task)],
    ];

    /// <summary>The volumes of content sidecars.</summary>
    public static IEnumerable<V1Volume> SidecarVolumes(JobRun run) => run.Sidecars.Select((s, i) => run.Config.UseImageVolumes
        ? new V1Volume { Name = SidecarVolume(i), Image = new() { Reference = s.Image, PullPolicy = run.Config.ImagePullPolicy } }
        : new V1Volume { Name = SidecarVolume(i), EmptyDir = new() });

    /// <summary>The container <see cref="Name"/>: our loop, or the task's own container.</summary>
    /// <param name="run">The run.</param>
    /// <param name="template">The template's container of that name; an empty one when there is none.</param>
    /// <param name="grace">What the template says of the time after a request to stop.</param>
    public static V1Container Task(JobRun run, V1Container template, long? grace)
    {
        var common = template with
        {
            Name = Name,
            ImagePullPolicy = run.Container?.ImagePullPolicy ?? template.ImagePullPolicy ?? run.Config.ImagePullPolicy,
            Env = JobEnvironment.Of(run, template.Env.Each()),
            EnvFrom = JobEnvironment.From(run, template.EnvFrom.Each()),
            Resources = ResourceMerge.Model(Resources(run, template), Claims(run, template)),
            TerminationMessagePolicy = template.TerminationMessagePolicy ?? "FallbackToLogsOnError",
        };
        return run.Container is { } container ? Own(run, container, common, grace) : Loop(run, common);
    }

    /// <summary>Requests and limits: what the task or its Agent says, what the template says, defaults.</summary>
    public static JobResources Resources(JobRun run, V1Container template) => ResourceMerge.OverDefaults(JobResources.Task, Said(run, template));

    /// <summary>The same without the defaults.</summary>
    public static JobResources Said(JobRun run, V1Container template) =>
        ResourceMerge.Union(ResourceMerge.Of(template.Resources), ResourceMerge.Of(OwnResources(run)));

    private static ResourceRequirements? OwnResources(JobRun run) => run.Container is { } container ? container.Resources : run.Agent?.Execution?.Resources;

    private static List<Corev1ResourceClaim> Claims(JobRun run, V1Container template) =>
        [.. template.Resources?.Claims.Each() ?? [], .. (OwnResources(run)?.Claims ?? []).Select(c => new Corev1ResourceClaim { Name = c.Name, Request = c.Request })];

    // The one container of a loop has the token: the sandbox of its tools keeps it from them.
    private static V1Container Loop(JobRun run, V1Container common) => common with
    {
        Image = Image(run),
        Command = [Program],
        Args = Arguments(run),
        WorkingDir = JobVolumes.Workspace,
        VolumeMounts = [.. JobVolumes.Mounts(), JobVolumes.TokenMount(), .. common.VolumeMounts.Each()],
    };

    private static V1Container Own(JobRun run, TaskContainer container, V1Container common, long? grace)
    {
        var isWrapped = container.Command is { Count: > 0 };
        return common with
        {
            Image = container.Image,
            Command = isWrapped ? TaskWrapper.Command(run.Teardown, run.Config.TeardownTimeoutSeconds, JobTimes.TaskGraceSeconds(grace)) : null,
            Args = [.. container.Command ?? [], .. container.Args ?? []],
            WorkingDir = container.WorkingDir ?? JobVolumes.Workspace,
            VolumeMounts = [.. JobVolumes.Mounts(), .. SidecarMounts(run), .. common.VolumeMounts.Each()],
        };
    }

    // Content is copied before the pod may run anything of the task, and read where the task reads it.
    private static V1Container Copy(JobRun run, TaskSidecar sidecar, int index) => new()
    {
        Name = CopyPrefix + sidecar.Name,
        Image = sidecar.Image,
        ImagePullPolicy = run.Config.ImagePullPolicy,
        Command = [TaskWrapper.Shell, "-c", Texts.Literal(CopyScript)],
        Resources = ResourceMerge.Model(JobResources.Helper),
        VolumeMounts = [JobVolumes.Mount(SidecarVolume(index), CopyTarget)],
        TerminationMessagePolicy = "FallbackToLogsOnError",
    };

    private static V1Container Setup(JobRun run, V1Container task) => new()
    {
        Name = SetupName,
        Image = task.Image,
        ImagePullPolicy = task.ImagePullPolicy,
        Command = [TaskWrapper.Shell, "-c", Texts.Literal(run.Setup)],
        Env = task.Env,
        EnvFrom = task.EnvFrom,
        WorkingDir = task.WorkingDir,
        Resources = task.Resources,
        VolumeMounts = task.VolumeMounts,
        TerminationMessagePolicy = "FallbackToLogsOnError",
    };

    // Nothing after it begins before the claim is there: an old attempt never starts its task.
    private static V1Container Runner(JobRun run) => new()
    {
        Name = RunnerName,
        Image = run.Config.Image,
        ImagePullPolicy = run.Config.ImagePullPolicy,
        Command = [Program],
        Args = [.. Arguments(run), "--container", "--output", JobEnvironment.Output],
        RestartPolicy = "Always",
        StartupProbe = new() { Exec = new() { Command = [Program, "run-task", "--is-claimed"] }, PeriodSeconds = 1, FailureThreshold = ClaimSeconds },
        Resources = ResourceMerge.Model(JobResources.Helper),
        VolumeMounts = [JobVolumes.Mount("foreman", JobVolumes.Exchange), JobVolumes.TokenMount()],
        TerminationMessagePolicy = "FallbackToLogsOnError",
    };

    private static IEnumerable<V1VolumeMount> SidecarMounts(JobRun run) =>
        run.Sidecars.Select((s, i) => JobVolumes.Mount(SidecarVolume(i), s.MountPath, isReadOnly: s.ReadWrite != true));

    private static string SidecarVolume(int index) => JobVolumes.SidecarPrefix + index.ToString(CultureInfo.InvariantCulture);

    private static string Image(JobRun run) => run.Agent?.Execution?.Image is { Length: > 0 } image ? image : run.Config.Image;

    private static List<string> Arguments(JobRun run) =>
    [
        "run-task", "--task", run.Task.Metadata.Name ?? "", "--namespace", run.Task.Metadata.NamespaceProperty ?? "",
        "--attempt", run.Attempt.ToString(CultureInfo.InvariantCulture),
    ];
}
