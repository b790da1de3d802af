using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>One step of a pipeline.</summary>
[ValidationRule(
    "!has(self.when) || size(self.when) == 0 || (has(self.dependsOn) && size(self.dependsOn) > 0)",
    "when is about the steps of dependsOn: name them there")]
[ValidationRule(
    "!has(self.dependsOn) || !(self.name in self.dependsOn)",
    "dependsOn names the step itself: it could never begin")]
public sealed record PipelineStep
{
    /// <summary>Name of the step.</summary>
    [Required]
    [Pattern("^[a-z0-9][a-z0-9-]*$")]
    public string Name { get => field ?? ""; init; }

    /// <summary>What the step is for.</summary>
    [Required]
    public TaskKind Kind { get; init; }

    /// <summary>Agent that does it.</summary>
    [Required]
    public LocalObjectReference AgentRef { get => field ?? new(); init; }

    /// <summary>The work itself.</summary>
    [Required]
    public TaskPayload Payload { get => field ?? new(); init; }

    /// <summary>Names of steps that must succeed on target first; with <see cref="When"/>, that must have ended.</summary>
    [Length(Max = 1000)]
    public IReadOnlyList<string>? DependsOn { get; init; }

    /// <summary>
    /// Verdicts for which the step is taken: each step of dependsOn must have ended with one of them, and one that was not
    /// taken itself counts as Skipped. Otherwise this step and those that depend on it are not taken. Absent: as dependsOn says.
    /// </summary>
    [Length(Max = 7)]
    public IReadOnlyList<Verdict>? When { get; init; }

    /// <summary>Wall-clock budget of an attempt, in seconds.</summary>
    [RangeMinimum(0)]
    public int? TimeoutSeconds { get; init; }

    /// <summary>Larger goes first.</summary>
    public int? Priority { get; init; }

    /// <summary>How the repository is checked; the Workload's when absent.</summary>
    public GateProfile? GateProfile { get; init; }

    /// <summary>How its images are scanned; the Workload's when absent.</summary>
    public ScanGate? ScanGate { get; init; }

    /// <summary>
    /// Which ends short of the target are retried; the Workload's when absent. A step that writes is done again, and so is one that came
    /// to no verdict; where another one's work failed its checks or its review, that one is, with the findings in its prompt. What
    /// follows is done again behind it.
    /// </summary>
    public RetryPolicy? RetryPolicy { get; init; }
}
