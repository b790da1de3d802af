using Foreman.Primitives;

namespace Foreman.Scheduling;

/// <summary>The settings of one operator.</summary>
public sealed record SchedulerSettings
{
    /// <summary>Identity of this operator: the holder of the tasks that it runs itself.</summary>
    public string Identity { get => field ?? ""; init; }

    /// <summary>Namespace of the hosts' Leases.</summary>
    public string ForemanNamespace { get => field ?? "foreman-system"; init; }

    /// <summary>A model server that replaces every local one; null for none.</summary>
    public string? InferenceBaseUrlOverride { get; init; }

    /// <summary>Most tasks at once on a model server that is reached by its URL and whose slots nobody tells; null for any number.</summary>
    public int? TasksPerServer { get; init; }

    /// <summary>Whether Agents may use provider cloud-proxy.</summary>
    public bool AllowCloudProviders { get; init; } = true;

    /// <summary>URLs that inputs of tasks may come from.</summary>
    public UrlAllowList InputUrlAllow { get => field ?? UrlAllowList.None; init; }

    /// <summary>How slots are shared between queues.</summary>
    public FairShareSettings FairShare { get => field ?? new(); init; }

    /// <summary>Which of the hosts that match is best.</summary>
    public RankWeights Rank { get => field ?? new(); init; }

    /// <summary>What is deleted by itself, and when.</summary>
    public CleanUpSettings CleanUp { get => field ?? new(); init; }

    /// <summary>The placements that this operator has backends for.</summary>
    public PlacementRegistry Placements { get => field ?? PlacementRegistry.Default; init; }
}
