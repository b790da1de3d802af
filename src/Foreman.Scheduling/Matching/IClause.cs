namespace Foreman.Scheduling;

/// <summary>One clause of the match between a task and a host. All of them must pending.</summary>
internal interface IClause
{
    /// <summary>Null when the clause holds.</summary>
    ConstraintViolation? Check(MatchContext context);
}
