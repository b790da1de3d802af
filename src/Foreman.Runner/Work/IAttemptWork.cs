using Foreman.Api;

namespace Foreman.Runner.Work;

/// <summary>What is done between the claim and the final write.</summary>
internal interface IAttemptWork
{
    /// <summary>Does the work. It throws nothing but what is a fault of this program.</summary>
    /// <param name="attempt">The attempt, claimed.</param>
    /// <param name="turnEnded">Told of each turn; it returns at once.</param>
    /// <param name="stop">Ends the work at the next safe point.</param>
    Task<WorkReport> RunAsync(Attempt attempt, Action<TaskProgress> turnEnded, CancellationToken stop);
}
