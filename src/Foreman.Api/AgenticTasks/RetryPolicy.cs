using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>Which failures of a task are tried again. Failures of the infrastructure always are, within the limit.</summary>
public sealed record RetryPolicy
{
    /// <summary>Most retries after the first attempt; 3 when absent.</summary>
    [RangeMinimum(0)]
    [RangeMaximum(30)]
    public int? Limit { get; init; }

    /// <summary>Least seconds between an attempt's end and the next assignment; 0 when absent.</summary>
    [RangeMinimum(0)]
    public int? BackoffSeconds { get; init; }

    /// <summary>Failure reasons that are tried again.</summary>
    public IReadOnlyList<FailureReason>? Reasons { get; init; }
}
