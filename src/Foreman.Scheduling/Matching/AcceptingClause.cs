namespace Foreman.Scheduling;

/// <summary>The host itself takes work now.</summary>
internal sealed class AcceptingClause : IClause
{
    /// <inheritdoc/>
    public ConstraintViolation? Check(MatchContext context) => context.Node.Node.Status?.NotAccepting is not [var first, ..]
        ? null
        : new ConstraintViolation("not accepting", string.Join(": ", new[] { first.Reason, first.Message }.OfType<string>()), "wait, or see status.notAccepting")
        {
            Temporary = true,
        };
}
