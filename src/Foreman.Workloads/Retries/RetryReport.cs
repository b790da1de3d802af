using System.Collections.Immutable;
using System.Globalization;
using Foreman.Api;

namespace Foreman.Workloads;

/// <summary>What a Workload's status says of retries. Pure.</summary>
/// <param name="Count">How many ends short of the target are retried.</param>
/// <param name="Additions">The condition, if there is anything to say.</param>
internal sealed record RetryReport(int Count, ImmutableArray<(string Type, bool IsTrue, string Reason, string Message)> Additions)
{
    private const int MaxNamed = 20;

    /// <summary>Tells of retries.</summary>
    /// <param name="retries">Those of all steps.</param>
    /// <param name="isAdmitted">Whether a group of theirs has room.</param>
    public static RetryReport Of(IEnumerable<RetryPlan> retries, Func<StepGroup, bool> isAdmitted)
    {
        var ends = retries.SelectMany(r => r.Ends(isAdmitted)).ToArray();
        if (ends.Length == 0)
        {
            return new(0, []);
        }

        var named = string.Join(", ", ends.Take(MaxNamed).Select(e => $"{e.Copy} ({e.Why})"));
        var more = ends.Length > MaxNamed ? string.Create(CultureInfo.InvariantCulture, $" and {ends.Length - MaxNamed} more") : "";
        var message = $"Work was begun again for what did not reach its target: {named}{more}.";
        return new(ends.Length, [(ConditionTypes.RetryTriggered, true, Reasons.StepFailed, message)]);
    }
}
