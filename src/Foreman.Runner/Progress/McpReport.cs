using Foreman.AgentLoop.Results;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Runner.Progress;

/// <summary>Tells of MCP servers that a run goes without, in its progress and in a condition. Pure.</summary>
internal static class McpReport
{
    // Together within what people read of a condition, and of a status that is written at every turn.
    private const int MaxFaults = 8;
    private const int MaxFaultBytes = 240;
    private const int MaxMessageBytes = 2048;

    /// <summary>The faults as progress has them; null when there are none.</summary>
    /// <param name="faults">A sentence for each, of any number and length.</param>
    internal static IReadOnlyList<string>? Of(IReadOnlyList<string> faults) => faults.Count switch
    {
        0 => null,
        <= MaxFaults => [.. faults.Select(f => ResultLimit.Line(f, MaxFaultBytes))],
        _ => [.. faults.Take(MaxFaults - 1).Select(f => ResultLimit.Line(f, MaxFaultBytes)), FormattableString.Invariant($"and {faults.Count - MaxFaults + 1} more; the transcript has all")],
    };

    /// <summary>The conditions of a task whose attempt goes on, or ended, with these faults.</summary>
    /// <param name="conditions">Those that it has.</param>
    /// <param name="faults">As <see cref="Of"/> gives them.</param>
    /// <param name="attempt">The attempt.</param>
    /// <param name="now">Time of the write.</param>
    /// <returns>The same list when nothing changes.</returns>
    internal static IReadOnlyList<V1Condition> ConditionsWith(IReadOnlyList<V1Condition> conditions, IReadOnlyList<string>? faults, Attempt attempt, DateTimeOffset now) =>
        faults is not { Count: > 0 } ? conditions.Without(ConditionTypes.McpDegraded) : conditions.Set(
            new V1Condition
            {
                Type = ConditionTypes.McpDegraded,
                Status = Conditions.True,
                ObservedGeneration = attempt.Generation,
                Reason = Reasons.McpServersSkipped,
                Message = ResultLimit.Line($"goes on without: {string.Join("; ", faults)}", MaxMessageBytes),
            },
            attempt.ClaimedAt ?? now);
}
