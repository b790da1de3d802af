using System.Net;
using Foreman.Git.Forges;
using Foreman.Jobs;
using Foreman.Operator.Schedules;
using Foreman.Primitives;
using Foreman.Runner.Retention;
using Foreman.Scheduling;
using Foreman.UserDeployments;

namespace Foreman.Operator.Cli;

/// <summary>Everything that the daemon's flags and environment say.</summary>
internal sealed record OperatorSettings
{
    public string? Kubeconfig { get; init; }

    public string? KubeContext { get; init; }

    public string ForemanNamespace { get; init; } = "foreman-system";

    /// <summary>A model server that stands in for every local one.</summary>
    public Uri? InferenceBaseUrlOverride { get; init; }

    /// <summary>Most tasks at once on a model server whose slots nobody tells; null for any number.</summary>
    public int? ModelServerTasks { get; init; }

    public bool AllowCloudProviders { get; init; } = true;

    /// <summary>URLs that inputs of tasks may come from.</summary>
    public UrlAllowList InputUrlAllow { get; init; } = UrlAllowList.None;

    public bool LeaderElect { get; init; }

    /// <summary>Where metrics are served; null for nowhere.</summary>
    public IPEndPoint? MetricsAddress { get; init; }

    /// <summary>Where health is served; null for nowhere.</summary>
    public IPEndPoint? HealthAddress { get; init; }

    public required string StateDir { get; init; }

    /// <summary>How long workspaces and transcripts of the operator's own runs are kept.</summary>
    public RetentionPolicy Retention { get; init; } = RetentionPolicy.Default;

    /// <summary>Which forge a host is; repositories named <c>owner/name</c> lie on its default one.</summary>
    public ForgeTable Forges { get; init; } = new(ForgeEndpoint.GitHubCom);

    /// <summary>Folder with tokens for forges, in files named as hosts; null for none.</summary>
    public string? GitTokens { get; init; }

    /// <summary>Time between two looks at a pull request, or at the issues of a source; from 1 s.</summary>
    public TimeSpan ForgePollInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>What holds for all Jobs of tasks.</summary>
    public JobsConfig Jobs { get; init; } = JobsConfig.Default;

    /// <summary>What is deleted by itself, and when.</summary>
    public CleanUpSettings CleanUp { get; init; } = new();

    /// <summary>Where schedules are kept; null for no schedules.</summary>
    public ScheduleSettings? Schedules { get; init; }

    /// <summary>How long the API server may be unreachable at the start.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>What is allowed to UserDeployments; null leaves them alone.</summary>
    public DeploymentSettings? UserDeployments { get; init; }

    public bool Verbose { get; init; }

    /// <summary>Flags that were set and have no effect, one sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
