namespace Foreman.Scheduling;

/// <summary>One clause of the match between a task and a host. All of them must hold.</summary>
internal interface IClause
{
    /// <summary>Null when the clause holds.</summary>
    Miss? Check(MatchContext context);
}
