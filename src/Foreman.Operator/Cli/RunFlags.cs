using Foreman.Hosting;

namespace Foreman.Operator.Cli;

/// <summary>Every flag of the daemon. Names and defaults are those that operators are started with today.</summary>
internal static class RunFlags
{
    public static readonly Flag Kubeconfig = new("kubeconfig", "", "Kubeconfig file. Default: KUBECONFIG, ~/.kube/config, or the pod's own identity") { Value = "FILE" };
    public static readonly Flag KubeContext = new("kube-context", "", "Context of the kubeconfig. Default: its current one") { Value = "NAME" };
    public static readonly Flag ForemanNamespace = new("foreman-namespace", "foreman-system", "Namespace of the hosts' Leases and of this operator's own") { Value = "NAME" };
    public static readonly Flag InferenceBaseUrlOverride = new("inference-base-url-override", "", "Base URL of a model server that stands in for every local one") { Value = "URL" };
    public static readonly Flag ModelServerTasks = new("model-server-tasks", "0", "Most tasks at once on a model server that is reached by its URL and whose slots nobody tells; 0 for any number") { Value = "NUMBER" };
    public static readonly Flag AllowCloudProviders = new("allow-cloud-providers", "true", "Whether Agents may use provider cloud-proxy") { Kind = FlagKind.Switch };
    public static readonly Flag InputUrlAllow = new("input-url-allow", "", "URL prefixes, with commas between, that payload.inputs[].url of tasks may lie below. Default: none") { Value = "URL,…" };
    public static readonly Flag LeaderElect = new("leader-elect", "false", "Work only while holding the Lease foreman-operator, for several replicas") { Kind = FlagKind.Switch };
    public static readonly Flag MetricsBindAddress = new("metrics-bind-address", ":8081", "Where /metrics is served; 0 for nowhere") { Value = "HOST:PORT" };
    public static readonly Flag HealthProbeBindAddress = new("health-probe-bind-address", ":8082", "Where /healthz and /readyz are served; 0 for nowhere") { Value = "HOST:PORT" };
    public static readonly Flag StateDir = new("state-dir", "", "Folder for results under way and workspaces. Default: $XDG_STATE_HOME/foreman-operator or ~/.local/state/foreman-operator") { Value = "DIR" };
    public static readonly Flag RetentionAge = new("retention-age", "168h", "How long workspaces and transcripts of the operator's own runs stay after their last change; 0 for ever") { Value = "DURATION" };
    public static readonly Flag RetentionSizeGb = new("retention-size-gb", "20", "Size of all of them, in GB, from which the oldest are removed; 0 for any") { Value = "NUMBER" };
    public static readonly Flag StartTimeout = new("start-timeout", "2m", "How long the API server may be unreachable at the start before the operator ends with 75") { Value = "DURATION" };
    public static readonly Flag Forge = new("forge", "github", "What the host of repositories named owner/name is: github, gitea, forgejo or gitlab") { Value = "NAME" };
    public static readonly Flag ForgeUrl = new("forge-url", "", "Base URL of that forge. Default: https://github.com or https://gitlab.com") { Value = "URL" };
    public static readonly Flag Forges = new("forges", "", "File of further forges, one a line: KIND URL [WEB-URL], such as gitea https://git.example.com") { Value = "FILE" };
    public static readonly Flag GitTokens = new("git-tokens", "", "Folder with tokens for forges, in files named token, for the default one, and as other hosts, such as git.example.com. Default: none, so what everybody may read") { Value = "DIR" };
    public static readonly Flag ForgePollInterval = new("forge-poll-interval", "1m", "How often a pull request or a label is looked at that a Workload follows") { Value = "DURATION" };
    public static readonly Flag JobsConfig = new("jobs-config", "", "YAML file about the Jobs of tasks with placement Job. It must name the image with foreman-agent; without it, such tasks are refused") { Value = "FILE" };
    public static readonly Flag FinishedTaskTtl = new("finished-task-ttl", "0", "How long after its end a task is deleted, with its transcript in the cluster; 0 for never") { Value = "DURATION" };
    public static readonly Flag LeftNodeTtl = new("left-node-ttl", "10m", "How long after its agent was stopped a FleetNode is deleted; 0 for never") { Value = "DURATION" };
    public static readonly Flag DeadNodeTtl = new("dead-node-ttl", "24h", "How long after its agent fell silent a FleetNode is deleted; 0 for never") { Value = "DURATION" };
    public static readonly Flag Schedules = new("schedules", "", "File of TaskSchedules that are declared without a cluster, or beside those that are applied to one. Default: none") { Value = "FILE" };
    public static readonly Flag ScheduleBackend = new("schedule-backend", "auto", "Who watches the clock of schedules: kubernetes by CronJobs, or the operator over a file of its --state-dir; auto for kubernetes in a pod") { Value = "auto|file|kubernetes" };
    public static readonly Flag SchedulesAllowDynamic = new("schedules-allow-dynamic", "false", "Whether models may make and delete schedules, at most 20 in a namespace and 5 minutes apart at the least") { Kind = FlagKind.Switch };
    public static readonly Flag ScheduleFireImage = new("schedule-fire-image", "", "Image with foreman-agent that CronJobs of schedules run. Default: none, so no CronJobs, and schedules begin runs only while an operator works") { Value = "IMAGE" };
    public static readonly Flag UserDeployments = new("user-deployments", "false", "Whether UserDeployments are carried out; also DEPLOYMENT_DOMAIN, CLUSTER_SECRET_STORE and DISABLE_NETWORK_POLICIES of the environment") { Kind = FlagKind.Switch };
    public static readonly Flag IngressKind = new("ingress-kind", "traefik", "How services of UserDeployments are exposed: by IngressRoutes of traefik, or by a plain ingress") { Value = "NAME" };
    public static readonly Flag AllowPrivileged = new("user-deployments-allow-privileged", "false", "Whether templates of UserDeployments may have privileged pods, host paths and host networks") { Kind = FlagKind.Switch };
    public static readonly Flag Resync = new("resync", "5m", "How often all objects of a UserDeployment are applied again, so that what others changed of them comes back") { Value = "DURATION" };
    public static readonly Flag Verbose = new("verbose", "false", "Log details") { Kind = FlagKind.Switch };

    private const string NoWebhooks = "rules stand in the CRDs and need no webhooks";
    private const string NoAudit = "this release keeps no audit ConfigMaps";

    /// <summary>All of them, in the order of the help.</summary>
    public static IReadOnlyList<Flag> All { get; } =
    [
        Kubeconfig, KubeContext, ForemanNamespace, InferenceBaseUrlOverride, ModelServerTasks, AllowCloudProviders, InputUrlAllow, LeaderElect,
        MetricsBindAddress, HealthProbeBindAddress, StateDir, RetentionAge, RetentionSizeGb, StartTimeout, Forge, ForgeUrl, Forges, GitTokens, ForgePollInterval,
        JobsConfig, FinishedTaskTtl, LeftNodeTtl, DeadNodeTtl, Schedules, ScheduleBackend, SchedulesAllowDynamic, ScheduleFireImage,
        UserDeployments, IngressKind, AllowPrivileged, Resync, Verbose,
        Flag.WithoutEffect("enable-webhooks", "true", NoWebhooks, FlagKind.Switch),
        Flag.WithoutEffect("webhook-port", "9443", NoWebhooks),
        Flag.WithoutEffect("audit-retention", "168h", NoAudit),
        Flag.WithoutEffect("audit-retention-interval", "1h", NoAudit),
    ];
}
