using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>Where a rescued run went on.</summary>
public sealed record ResumePoint
{
    /// <summary>Attempt whose transcript was taken up.</summary>
    [RangeMinimum(0)]
    public long Attempt { get; init; }

    /// <summary>Last turn that was taken over.</summary>
    [RangeMinimum(0)]
    public int Turn { get; init; }
}
