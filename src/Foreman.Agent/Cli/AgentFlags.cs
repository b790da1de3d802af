using Foreman.Hosting;

namespace Foreman.Agent.Cli;

/// <summary>Every flag of the agent. Names and defaults are those that agents of the fleet are started with today.</summary>
internal static class AgentFlags
{
    public static readonly Flag FleetNodeName = new("fleet-node-name", "", "Name of this host's FleetNode. Default: the host name") { Value = "NAME" };
    public static readonly Flag TailscaleAddr = new("tailscale-addr", "", "Address of this host in a tailnet, under which its model servers are reached") { Value = "HOST" };
    public static readonly Flag Kubeconfig = new("kubeconfig", "", "Kubeconfig file. Default: KUBECONFIG, ~/.kube/config, or the pod's own identity") { Value = "FILE" };
    public static readonly Flag KubeContext = new("kube-context", "", "Context of the kubeconfig. Default: its current one") { Value = "NAME" };
    public static readonly Flag ForemanNamespace = new("foreman-namespace", "foreman-system", "Namespace of the operator, where this host's Lease lies") { Value = "NAME" };
    public static readonly Flag TaskNamespace = new("task-namespace", "default", "Namespaces whose tasks run here, separated by commas; `*` for all") { Value = "NAMES" };
    public static readonly Flag Roles = new("roles", "worker", "Roles of a new FleetNode, separated by commas") { Value = "NAMES" };
    public static readonly Flag NodeLabels = new("node-labels", "", "Labels of a new FleetNode, as key=value, separated by commas") { Value = "LABELS" };
    public static readonly Flag HeartbeatInterval = new("heartbeat-interval", "30s", "How often the status is written when nothing has changed") { Value = "DURATION" };
    public static readonly Flag MaxConcurrentTasks = new("max-concurrent-tasks", "", "Tasks at once. Default: the slots of the model servers") { Value = "NUMBER" };
    public static readonly Flag ModelUrl = new("model-url", "", "Base URL of a model server that is not at a usual port of this host; repeatable") { Kind = FlagKind.Repeated, Value = "URL" };
    public static readonly Flag InferenceBaseUrlOverride = new("inference-base-url-override", "", "Base URL of the model server that every run on this host uses") { Value = "URL" };
    public static readonly Flag InferenceHostOverride = new("inference-base-url-host-override", "", "Host under which others reach this host's model servers") { Value = "HOST" };
    public static readonly Flag Accelerator = new("accelerator", "", "Accelerator to report when none can be probed: metal, cuda, vulkan or none") { Value = "WORD" };
    public static readonly Flag InstalledModels = new("installed-models", "", "Models to report beside those that the model servers tell, separated by commas") { Value = "NAMES" };
    public static readonly Flag MaxContextTokens = new("max-context-tokens", "0", "Context to report when no model server tells it") { Value = "NUMBER" };
    public static readonly Flag TokensPerSecond = new("tokens-per-second", "0", "Speed to report when none was measured") { Value = "NUMBER" };
    public static readonly Flag TotalRamGb = new("total-ram-gb", "0", "RAM to report, in GiB, when it can't be probed") { Value = "NUMBER" };
    public static readonly Flag AgentMode = new("agent-mode", "native", "native runs the agent loop; stub only waits, for measurements") { Value = "native|stub" };
    public static readonly Flag StubSleep = new("stub-sleep", "10s", "How long a stub run takes") { Value = "DURATION" };
    public static readonly Flag WorkspaceDir = new("workspace-dir", "", "Folder of the runs' workspaces. Default: ~/foreman-workspaces") { Value = "DIR" };
    public static readonly Flag KeepWorkspace = new("keep-workspace", "false", "Keep every workspace after its run") { Kind = FlagKind.Switch };
    public static readonly Flag StateDir = new("state-dir", "", "Folder of the host's identity, outbox and transcripts. Default: $XDG_STATE_HOME/foreman or ~/.local/state/foreman") { Value = "DIR" };
    public static readonly Flag RetentionAge = new("retention-age", "168h", "How long workspaces and transcripts stay after their last change; 0 for ever") { Value = "DURATION" };
    public static readonly Flag RetentionSizeGb = new("retention-size-gb", "20", "Size of all workspaces and transcripts, in GB, from which the oldest are removed; 0 for any") { Value = "NUMBER" };
    public static readonly Flag MirrorAge = new("mirror-age", "720h", "How long mirrors of repositories stay after their last use; 0 for ever") { Value = "DURATION" };
    public static readonly Flag MirrorSizeGb = new("mirror-size-gb", "20", "Size of all mirrors, in GB, from which the least recently used are removed; 0 for any") { Value = "NUMBER" };
    public static readonly Flag DrainTimeout = new("drain-timeout", "10m", "How long runs may go on after SIGTERM before they are given back") { Value = "DURATION" };
    public static readonly Flag StartTimeout = new("start-timeout", "2m", "How long the API server may be unreachable at the start before the agent ends with 75") { Value = "DURATION" };
    public static readonly Flag InsecureNoSandbox = new("insecure-no-sandbox", "false", "Run commands of models unconfined where no sandbox works: they can then do all that the agent can") { Kind = FlagKind.Switch };
    public static readonly Flag Forge = new("forge", "github", "What the host of repositories named owner/name is: github, gitea, forgejo or gitlab") { Value = "NAME" };
    public static readonly Flag ForgeUrl = new("forge-url", "", "Base URL of that forge. Default: https://github.com or https://gitlab.com") { Value = "URL" };
    public static readonly Flag Forges = new("forges", "", "File of further forges, one a line: KIND URL [WEB-URL], such as gitea https://git.example.com") { Value = "FILE" };
    public static readonly Flag CoderGitSecret = new("coder-git-secret", "foreman-git-credentials", "Secret with tokens for git servers and forges, in the namespace of --foreman-namespace or as NAMESPACE/NAME; given empty for none") { Value = "NAME" };
    public static readonly Flag CoderGitSecretKey = new("coder-git-secret-key", "token", "Its key with the token of the default forge; tokens of other hosts have the host as key, such as git.example.com or git.example.com_8443") { Value = "KEY" };
    public static readonly Flag GitTokens = new("git-tokens", "", "Folder with such tokens, in files named as those keys; it is read instead of the Secret") { Value = "DIR" };
    public static readonly Flag AllowLocalRepos = new("allow-local-repos", "false", "Take repositories of this host (file:// and paths) from tasks: every task can then read and write those that the agent can") { Kind = FlagKind.Switch };
    public static readonly Flag GitRemoteUrl = new("git-remote-url", "", "A fork: branches of the repository with its name are pushed there, and their pull requests come from there. Default: the task's own repository") { Value = "URL" };
    public static readonly Flag PullRequestLabels = new("pull-request-labels", "", "Labels that the pull requests of this host's tasks get, separated by commas") { Value = "NAMES" };
    public static readonly Flag CommitAuthorName = new("commit-author-name", "Foreman Bot", "Author of commits") { Value = "NAME" };
    public static readonly Flag CommitAuthorEmail = new("commit-author-email", "", "Address of that author. Default: foreman@localhost") { Value = "ADDRESS" };
    public static readonly Flag CommitCommitterName = new("commit-committer-name", "", "Committer, who also signs off. Default: the author") { Value = "NAME" };
    public static readonly Flag CommitCommitterEmail = new("commit-committer-email", "", "Address of the committer. Default: the author's") { Value = "ADDRESS" };
    public static readonly Flag Verbose = new("verbose", "false", "Log details") { Kind = FlagKind.Switch };

    /// <summary>All of them, in the order of the help.</summary>
    public static IReadOnlyList<Flag> All { get; } =
    [
        FleetNodeName, TailscaleAddr, Kubeconfig, KubeContext, ForemanNamespace, TaskNamespace, Roles, NodeLabels,
        HeartbeatInterval, MaxConcurrentTasks, ModelUrl, InferenceBaseUrlOverride, InferenceHostOverride,
        Accelerator, InstalledModels, MaxContextTokens, TokensPerSecond, TotalRamGb,
        AgentMode, StubSleep, WorkspaceDir, KeepWorkspace, StateDir, RetentionAge, RetentionSizeGb, MirrorAge, MirrorSizeGb, DrainTimeout, StartTimeout, InsecureNoSandbox,
        Forge, ForgeUrl, Forges, CoderGitSecret, CoderGitSecretKey, GitTokens, AllowLocalRepos, GitRemoteUrl, PullRequestLabels, CommitAuthorName, CommitAuthorEmail, CommitCommitterName, CommitCommitterEmail, Verbose,
        Flag.WithoutEffect("task-poll-interval", "5s", "tasks are watched, not polled"),
        Flag.WithoutEffect("opencode-bin", "", "runs use the built-in agent loop"),
        Flag.WithoutEffect("gate-cache-pvc", "", "gates run in the sandbox of the host"),
        Flag.WithoutEffect("self-update", "true", "this release does not update itself", FlagKind.Switch),
        Flag.WithoutEffect("install-root", "", "this release does not update itself"),
    ];
}
