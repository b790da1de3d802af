namespace Foreman.Scheduling;

/// <summary>Why a task cannot be placed now.</summary>
/// <param name="Reason">Reason of the condition Scheduled.</param>
/// <param name="Message">What, where, why and what to do.</param>
internal sealed record PendingReason(string Reason, string Message);
