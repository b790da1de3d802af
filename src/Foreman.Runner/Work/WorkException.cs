using Foreman.Api;

namespace Foreman.Runner.Work;

/// <summary>The work can't begin. The message says what, where, why and what to do; it ends the attempt with the reason.</summary>
internal sealed class WorkException(FailureReason reason, string message) : Exception(message)
{
    public FailureReason Reason { get; } = reason;
}
