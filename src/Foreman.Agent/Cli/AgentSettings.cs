using Foreman.Api;
using Foreman.Git;
using Foreman.Git.Forges;
using Foreman.Probes;
using Foreman.Runner;
using Foreman.Runner.Repositories;
using Foreman.Runner.Retention;

namespace Foreman.Agent.Cli;

/// <summary>Everything that the flags and the environment say.</summary>
internal sealed record AgentSettings
{
    public required ClusterSettings Cluster { get; init; }

    public required NodeSettings Node { get; init; }

    public required RunSettings Runs { get; init; }

    public required ProbeOptions Probe { get; init; }

    /// <summary>What to report where probing finds nothing.</summary>
    public required DeclaredCapability Declared { get; init; }

    public bool Verbose { get; init; }

    /// <summary>Flags that were set and have no effect, one sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}

/// <summary>How the cluster is reached.</summary>
internal sealed record ClusterSettings(string? Kubeconfig, string? Context, string ForemanNamespace, TimeSpan StartTimeout);

/// <summary>What the host registers as.</summary>
internal sealed record NodeSettings
{
    public required string Name { get; init; }

    public string? TailscaleAddr { get; init; }

    public IReadOnlyList<string> Roles { get; init; } = [];

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Namespaces whose tasks are taken; empty for all.</summary>
    public IReadOnlyList<string> TaskNamespaces { get; init; } = [];

    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>How tasks are run.</summary>
internal sealed record RunSettings
{
    public RunnerMode Mode { get; init; }

    public TimeSpan StubSleep { get; init; }

    public required string WorkspaceDir { get; init; }

    public required string StateDir { get; init; }

    public bool KeepWorkspace { get; init; }

    /// <summary>How long workspaces and transcripts are kept.</summary>
    public RetentionPolicy Retention { get; init; } = RetentionPolicy.Default;

    /// <summary>Bounds on the mirrors of repositories.</summary>
    public MirrorLimits Mirrors { get; init; } = new();

    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Which forge a host is; repositories named <c>owner/name</c> lie on its default one.</summary>
    public ForgeTable Forges { get; init; } = new(ForgeEndpoint.GitHubCom);

    /// <summary>The Secret with tokens for git servers and forges; null for none.</summary>
    public GitSecret? GitSecret { get; init; }

    /// <summary>A folder with such tokens, which is read instead; null for none.</summary>
    public string? GitTokens { get; init; }

    /// <summary>Under which keys they are stored.</summary>
    public TokenKeys TokenKeys { get; init; } = new("token", ForgeEndpoint.GitHubCom.Host);

    /// <summary>True when tasks may name repositories of this host.</summary>
    public bool AllowLocalRepos { get; init; }

    /// <summary>A fork that branches are pushed to; null pushes to the tasks' own repositories.</summary>
    public RepositoryAddress? Fork { get; init; }

    /// <summary>Labels that pull requests get.</summary>
    public IReadOnlyList<string> PullRequestLabels { get; init; } = [];

    /// <summary>Which addresses of repositories are taken from tasks.</summary>
    public AddressRules Addresses => new(Forges.Default.Web, AllowLocalRepos) { PlainHosts = Forges.PlainHosts };

    /// <summary>Who makes commits.</summary>
    public CommitIdentity Committer { get; init; } = new("Foreman Bot", "");

    /// <summary>True when commands of models run unconfined where no sandbox works.</summary>
    public bool InsecureNoSandbox { get; init; }
}

/// <summary>What flags say about the host; a probed fact always wins.</summary>
internal sealed record DeclaredCapability
{
    public Accelerator? Accelerator { get; init; }

    public IReadOnlyList<string> Models { get; init; } = [];

    public int? ContextTokens { get; init; }

    public int? TokensPerSecond { get; init; }

    public int? TotalRamGb { get; init; }
}
