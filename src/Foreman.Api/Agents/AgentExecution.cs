using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>How an Agent's runs are hosted.</summary>
public sealed record AgentExecution
{
    /// <summary>In the agent or operator, or a Job per attempt.</summary>
    [Default("\"InProcess\"")]
    public ExecutionMode? Mode { get; init; }

    /// <summary>Image of the Job.</summary>
    public string? Image { get; init; }

    /// <summary>ServiceAccount of the Job.</summary>
    public string? ServiceAccountName { get; init; }

    /// <summary>Deadline of the Job, in seconds.</summary>
    [Default("3600")]
    public long? ActiveDeadlineSeconds { get; init; }

    /// <summary>Requests and limits of the Job.</summary>
    public ResourceRequirements? Resources { get; init; }
}
