using Foreman.Api;

namespace Foreman.Workloads;

/// <summary>Whether a status says something else than before: lists in records are compared by what they hold. Pure.</summary>
internal static class StatusComparison
{
    /// <summary>True when both say the same.</summary>
    public static bool AreEqual(WorkloadStatus? before, WorkloadStatus after) => before is not null
        && Same(before.Conditions, after.Conditions, (a, b) => a == b)
        && Same(before.Plan, after.Plan, AreEqual)
        && Same(before.Tasks, after.Tasks, (a, b) => a == b)
        && Same(before.PullRequests, after.PullRequests, (a, b) => a == b)
        && Same(before.FollowUps, after.FollowUps, (a, b) => a == b)
        && Same(before.Questions, after.Questions, (a, b) => a == b)
        && AreEqual(before.Intake, after.Intake)
        && (before with { Conditions = null, Plan = null, Tasks = null, PullRequests = null, FollowUps = null, Questions = null, Intake = null })
            == (after with { Conditions = null, Plan = null, Tasks = null, PullRequests = null, FollowUps = null, Questions = null, Intake = null });

    private static bool AreEqual(WorkloadIntake? a, WorkloadIntake? b) =>
        Same(a?.Counted, b?.Counted, (x, y) => x == y) && Same(a?.Skipped, b?.Skipped, (x, y) => x == y)
        && (a is null ? b is null : b is not null && a with { Counted = null, Skipped = null } == b with { Counted = null, Skipped = null });

    private static bool AreEqual(WorkloadStep a, WorkloadStep b) =>
        Same(a.DependsOn, b.DependsOn, (x, y) => x == y) && a == b with { DependsOn = a.DependsOn };

    private static bool Same<T>(IReadOnlyList<T>? a, IReadOnlyList<T>? b, Func<T, T, bool> areEqual)
    {
        if ((a?.Count ?? 0) != (b?.Count ?? 0))
        {
            return false;
        }

        for (var i = 0; i < (a?.Count ?? 0); i++)
        {
            if (!areEqual(a![i], b![i]))
            {
                return false;
            }
        }

        return true;
    }
}
