using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>Why an assignment or a run is taken back.</summary>
/// <param name="Outcome">How the attempt is recorded.</param>
/// <param name="Reason">CamelCase reason.</param>
/// <param name="Message">What happened, for people.</param>
internal sealed record TakeBackReason(AttemptOutcome Outcome, string Reason, string Message)
{
    /// <summary>True when the host is to blame for not claiming.</summary>
    public bool RecordFailure { get; init; }
}
