using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>Why the operator ends a task.</summary>
/// <param name="Reason">Failure reason; also the reason of the condition Completed.</param>
/// <param name="Message">What, where, why and what to do.</param>
internal sealed record CompletionDecision(FailureReason Reason, string Message);
