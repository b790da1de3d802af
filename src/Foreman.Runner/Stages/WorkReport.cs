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

    /// <summary>Work that could not be done.</summary>
    public static WorkReport Failed(FailureReason reason, string summary) =>
        new(new ResultEnvelope { FailureReason = reason, Summary = summary }, TaskPhase.Failed, new Usage());

    /// <summary>Work that was stopped before it came to anything.</summary>
    public static WorkReport StoppedWith(Usage usage) => new(new ResultEnvelope(), TaskPhase.Failed, usage) { Stopped = true };
}
