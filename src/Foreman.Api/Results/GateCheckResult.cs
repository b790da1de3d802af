using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>What one check of a gate found.</summary>
public sealed record GateCheckResult
{
    /// <summary>Most checks of a gate.</summary>
    public const int MaxChecks = 16;

    /// <summary>Most characters of <see cref="Excerpt"/>.</summary>
    public const int MaxExcerpt = 2048;

    /// <summary>setup, format, lint, build, test, codegen, bite, or checks for what the change does to the checks themselves; identifiers or contract for a reconcile.</summary>
    [Required]
    [Length(Max = 64)]
    public string Check { get => field ?? ""; init; }

    /// <summary>GATE-PASS, GATE-FAIL, or GATE-ERROR when the check could not be run; Skipped after a check that it builds on did not pass.</summary>
    public Verdict Outcome { get; init; }

    /// <summary>Wall-clock seconds that it took, rounded up.</summary>
    [RangeMinimum(0)]
    public long Seconds { get; init; }

    /// <summary>The end of what it wrote, at most 2048 characters; absent when it wrote nothing.</summary>
    [Length(Max = MaxExcerpt)]
    public string? Excerpt { get; init; }

    /// <summary>True for a failure that does not fail the gate: the base fails this check too, or it is told for whoever reviews the change.</summary>
    public bool? Advisory { get; init; }
}
