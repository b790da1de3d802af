using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Schedules;

/// <summary>What times schedules in a cluster, as manifests: CronJobs, and the identity of their pods with its rights. Pure.</summary>
public static class ScheduleExport
{
    private const string RbacGroup = "rbac.authorization.k8s.io";

    /// <summary>The manifests, by namespace; once applied, a sync of the same schedules writes no CronJob.</summary>
    /// <param name="schedules">The schedules.</param>
    /// <param name="settings">What the CronJobs run.</param>
    /// <exception cref="ScheduleException">One of them has a fault.</exception>
    public static IReadOnlyList<JsonObject> Of(IReadOnlyList<TaskSchedule> schedules, CronJobSettings settings) =>
    [
        .. schedules.GroupBy(s => s.Namespace() ?? "").OrderBy(g => g.Key, StringComparer.Ordinal).SelectMany(g =>
            Identity(g.Key, [.. g.Select(s => s.Name()).Order(StringComparer.Ordinal)], settings)
                .Concat(g.OrderBy(s => s.Name(), StringComparer.Ordinal).Select(s => CronJob(s, settings)))),
    ];

    private static JsonObject CronJob(TaskSchedule schedule, CronJobSettings settings) =>
        ScheduleRules.Faults(schedule, out var expression) is { IsEmpty: false } faults
            ? throw new ScheduleException($"schedule {ScheduleRules.Shown(schedule)}: {string.Join("; ", faults)}")
            : CronJobManifest.Of(schedule, expression!, settings);

    private static IEnumerable<JsonObject> Identity(string ns, IReadOnlyList<string> names, CronJobSettings settings)
    {
        yield return Manifest("v1", "ServiceAccount", ns, settings);
        var role = Manifest($"{RbacGroup}/v1", "Role", ns, settings);
        var readable = Rule("taskschedules", "get");
        readable["resourceNames"] = new JsonArray([.. names.Select(n => (JsonNode?)n)]);
        role["rules"] = new JsonArray(readable, Rule("agentictasks", "create"), Rule("workloads", "create"));
        yield return role;
        var binding = Manifest($"{RbacGroup}/v1", "RoleBinding", ns, settings);
        binding["roleRef"] = new JsonObject { ["apiGroup"] = RbacGroup, ["kind"] = "Role", ["name"] = settings.ServiceAccount };
        binding["subjects"] = new JsonArray(new JsonObject { ["kind"] = "ServiceAccount", ["name"] = settings.ServiceAccount, ["namespace"] = ns });
        yield return binding;
    }

    private static JsonObject Manifest(string apiVersion, string kind, string ns, CronJobSettings settings) => new()
    {
        ["apiVersion"] = apiVersion,
        ["kind"] = kind,
        ["metadata"] = new JsonObject { ["name"] = settings.ServiceAccount, ["namespace"] = ns },
    };

    private static JsonObject Rule(string resource, string verb) => new()
    {
        ["apiGroups"] = new JsonArray(ApiGroup.Name),
        ["resources"] = new JsonArray(resource),
        ["verbs"] = new JsonArray(verb),
    };
}
