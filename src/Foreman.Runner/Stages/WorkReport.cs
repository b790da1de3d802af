using Foreman.Api;

namespace Foreman.Runner.Stages;

/// <summary>What came of the work on an attempt.</summary>
/// <param name="Envelope">The result.</param>
/// <param name="Phase">Succeeded when the work came to an end of its own, whatever the verdict; Failed when something kept it from that.</param>
/// <param name="Usage">What it used.</param>
internal sealed record WorkReport(ResultEnvelope Envelope, TaskPhase Phase, Usage Usage)
{
    /// <summary>True when the work ended because it was told to stop: the envelope then says nothing about the task.</summary>
    public bool Stopped { get; init; }

    /// <summary>Reason of the attempt's entry when the task is given back; null for the failure reason.</summary>
    public string? AttemptReason { get; init; }

    /// <summary>Where the attempt went on; null when it began at its base.</summary>
    public ResumePoint? ResumedFrom { get; init; }

    /// <summary>What else the attempt's entry says, before how it ended; null when nothing.</summary>
    public string? Note { get; init; }

    /// <summary>Branch that was pushed; null when none was.</summary>
    public string? Branch { get; init; }

    /// <summary>Commit that it is at; null when none was pushed.</summary>
    public string? CommitSha { get; init; }

    /// <summary>What the checks of the gate found; null when none ran.</summary>
    public IReadOnlyList<GateCheckResult>? Gate { get; init; }

    /// <summary>What of its Agent's MCP servers the run did without; empty when nothing.</summary>
    public IReadOnlyList<string> McpFaults { get; init; } = [];

    /// <summary>A message for the attempt's entry.</summary>
    public string Noted(string message) => Note is null ? message : message.Length == 0 ? Note : $"{Note}; {message}";

    /// <summary>What happened, whole: the envelope's summary is cut to 280 bytes.</summary>
    public string Message { get => field ?? Envelope.Summary; init; }

    /// <summary>Work that could not be done.</summary>
    public static WorkReport Failed(FailureReason reason, string message) =>
        new(new ResultEnvelope { FailureReason = reason, Summary = message }, TaskPhase.Failed, new Usage());

    /// <summary>Work that this host's disk did not let be done; another host, or this one later, may do it.</summary>
    public static WorkReport DiskFull(string message) =>
        Failed(FailureReason.InfrastructureError, message) with { AttemptReason = Reasons.DiskPressure };

    /// <summary>Work that was stopped before it came to anything.</summary>
    public static WorkReport StoppedWith(Usage usage) => new(new ResultEnvelope(), TaskPhase.Failed, usage) { Stopped = true };
}
