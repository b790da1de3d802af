using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>The host has not just declined this very task.</summary>
internal sealed class DeclinedClause : IClause
{
    /// <summary>How long a host that declined a task is left out for it.</summary>
    public static TimeSpan Pause { get; } = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public ConstraintViolation? Check(MatchContext context) =>
        context.Demand.Task.LastAttempt() is { } last
        && last.Outcome == AttemptOutcome.Declined
        && last.Node == context.Node.Name
        && context.Uptime - context.PendingSince < Pause
            ? new ConstraintViolation("which just declined", last.Reason ?? "no reason given", "wait") { Temporary = true }
            : null;
}
