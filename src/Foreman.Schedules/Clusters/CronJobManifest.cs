using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Schedules;

/// <summary>The CronJob of a schedule. Pure: the same schedule gives the same CronJob.</summary>
internal static class CronJobManifest
{
    private const string ManagedBy = "app.kubernetes.io/managed-by";
    private const string JobNameLabel = "batch.kubernetes.io/job-name";
    private const string Utc = "Etc/UTC";
    private const int KeptJobs = 3;
    private const int Retries = 2;
    private const int LongestFireSeconds = 300;
    private const int User = 65532;

    // Ten years: what is always written is always the same, also after somebody else has set it.
    private const long HoweverLateSeconds = 315_360_000;

    /// <summary>The kind.</summary>
    public static ResourceType Type { get; } = new("batch", "v1", "CronJob", "cronjobs", Namespaced: true);

    /// <summary>Name and namespace of the CronJob of a schedule.</summary>
    /// <param name="owner">Whose it is.</param>
    /// <param name="schedule">The schedule.</param>
    public static ResourceKey KeyOf(string owner, ObjectKey schedule) => new(Type, ScheduleNames.CronJob(owner, schedule.Name), schedule.Namespace);

    /// <summary>The CronJob.</summary>
    /// <param name="schedule">The schedule, without a fault.</param>
    /// <param name="expression">When it is due.</param>
    /// <param name="settings">What it runs.</param>
    public static JsonObject Of(TaskSchedule schedule, ScheduleExpression expression, CronJobSettings settings) => new()
    {
        ["apiVersion"] = Type.ApiVersion,
        ["kind"] = Type.Kind,
        ["metadata"] = new JsonObject
        {
            ["name"] = ScheduleNames.CronJob(settings.Owner, schedule.Name()),
            ["namespace"] = schedule.Namespace(),
            ["labels"] = LabelsOf(schedule, settings),
        },
        ["spec"] = Spec(schedule, expression, settings),
    };

    /// <summary>Whether a CronJob of the name of ours is one of ours, for that schedule.</summary>
    /// <param name="cronJob">The stored CronJob.</param>
    /// <param name="owner">Who is asking.</param>
    /// <param name="schedule">Name of the schedule.</param>
    public static bool IsOwn(JsonObject cronJob, string owner, string schedule) =>
        Label(cronJob, Labels.ScheduleOwner) == owner && Label(cronJob, Labels.Schedule) == schedule;

    /// <summary>Value of a label; null when it is not there.</summary>
    public static string? Label(JsonObject cronJob, string key) => ResultFields.Text(((cronJob["metadata"] as JsonObject)?["labels"] as JsonObject)?[key]);

    private static JsonObject LabelsOf(TaskSchedule schedule, CronJobSettings settings) => new()
    {
        [ManagedBy] = ApiGroup.FieldManager,
        [Labels.Schedule] = schedule.Name(),
        [Labels.ScheduleOwner] = settings.Owner,
        [Labels.ScheduleSource] = ScheduleSource.Of(schedule),
    };

    // The policy here is about the pods that begin runs; that of the schedule, about runs, is obeyed by what they run.
    private static JsonObject Spec(TaskSchedule schedule, ScheduleExpression expression, CronJobSettings settings) => new()
    {
        ["schedule"] = expression.CronJobText,
        ["timeZone"] = string.IsNullOrEmpty(schedule.Spec.TimeZone) ? Utc : schedule.Spec.TimeZone,
        ["suspend"] = schedule.Spec.Suspend == true,
        ["concurrencyPolicy"] = "Forbid",
        ["startingDeadlineSeconds"] = Deadline(schedule.Spec),
        ["successfulJobsHistoryLimit"] = KeptJobs,
        ["failedJobsHistoryLimit"] = KeptJobs,
        ["jobTemplate"] = new JsonObject
        {
            ["metadata"] = new JsonObject { ["labels"] = LabelsOf(schedule, settings) },
            ["spec"] = new JsonObject
            {
                ["backoffLimit"] = Retries,
                ["activeDeadlineSeconds"] = LongestFireSeconds,
                ["template"] = new JsonObject
                {
                    ["metadata"] = new JsonObject { ["labels"] = LabelsOf(schedule, settings) },
                    ["spec"] = Pod(schedule, settings),
                },
            },
        },
    };

    // Kubernetes may miss every time of one with a shorter deadline than it looks; what is run looks at the schedule's own again.
    private static long Deadline(TaskScheduleSpec spec) =>
        spec.StartingDeadlineSeconds is { } deadline ? Math.Max(deadline, (long)RunEnds.OnTime.TotalSeconds) : HoweverLateSeconds;

    private static JsonObject Pod(TaskSchedule schedule, CronJobSettings settings) => new()
    {
        ["restartPolicy"] = "Never",
        ["serviceAccountName"] = settings.ServiceAccount,
        ["automountServiceAccountToken"] = true,
        ["enableServiceLinks"] = false,
        ["securityContext"] = new JsonObject
        {
            ["runAsNonRoot"] = true,
            ["runAsUser"] = User,
            ["runAsGroup"] = User,
            ["seccompProfile"] = new JsonObject { ["type"] = "RuntimeDefault" },
        },
        ["containers"] = new JsonArray(new JsonObject
        {
            ["name"] = "fire",
            ["image"] = settings.Image,
            ["imagePullPolicy"] = settings.PullPolicy,
            ["command"] = new JsonArray("foreman-agent", "fire", schedule.Name(), "--namespace", schedule.Namespace(), "--job", "$(JOB_NAME)"),
            ["env"] = new JsonArray(new JsonObject
            {
                ["name"] = "JOB_NAME",
                ["valueFrom"] = new JsonObject { ["fieldRef"] = new JsonObject { ["fieldPath"] = $"metadata.labels['{JobNameLabel}']" } },
            }),
            ["resources"] = new JsonObject
            {
                ["requests"] = new JsonObject { ["cpu"] = "10m", ["memory"] = "48Mi" },
                ["limits"] = new JsonObject { ["memory"] = "128Mi" },
            },
            ["securityContext"] = new JsonObject
            {
                ["allowPrivilegeEscalation"] = false,
                ["readOnlyRootFilesystem"] = true,
                ["capabilities"] = new JsonObject { ["drop"] = new JsonArray("ALL") },
            },
            // The reason of a failure stands in the pod's status then.
            ["terminationMessagePolicy"] = "FallbackToLogsOnError",
        }),
    };
}
