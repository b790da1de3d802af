using System.Globalization;
using Foreman.Workloads;

namespace Foreman.Operator.Dispatch;

/// <summary>What of a request for a Workload of an intent alone can't be. Pure.</summary>
internal static class IntentRules
{
    /// <summary>The word that stands for standard input.</summary>
    public const string StandardInput = "-";

    /// <summary>All that can't be, a sentence each; nothing when the request is sound.</summary>
    /// <param name="request">The request.</param>
    /// <param name="batch">Its Workload.</param>
    public static IEnumerable<string> Faults(DispatchRequest request, BatchRequest batch)
    {
        if (BatchRules.OfTasks(request).ToArray() is { Length: > 0 } tasks)
        {
            yield return $"{string.Join(", ", tasks)}: for tasks of their own, not for the Workload that --intent makes; issues of a Workload are --issues, and what one task is to do is --prompt";
        }

        if (OfIssues(request, batch).ToArray() is { Length: > 0 } flags)
        {
            yield return $"{string.Join(", ", flags)}: for a Workload of --issues; of an intent alone a planner proposes the steps, who does each, and what it opens";
        }

        if (batch.MaxTasks < IntentPlanners.MinTasks)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"--max-tasks: {batch.MaxTasks} leaves no room for a step, since a planner is asked {IntentPlanners.MinTasks - 1} times at most; give {IntentPlanners.MinTasks} or more");
        }

        foreach (var fault in OfText(batch.Intent))
        {
            yield return fault;
        }
    }

    /// <summary>What of the text itself can't be; nothing of one that is absent, or still to be read.</summary>
    /// <param name="intent">The text.</param>
    public static IEnumerable<string> OfText(string? intent)
    {
        if (intent is not null && string.IsNullOrWhiteSpace(intent))
        {
            yield return "--intent is empty: say what the work is for, or leave it out";
        }

        if (intent?.Length > IntentPlanners.MaxIntent)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"--intent: it has more than {IntentPlanners.MaxIntent} characters, which is the most; name an issue or a file that has the rest");
        }
    }

    private static IEnumerable<string> OfIssues(DispatchRequest request, BatchRequest batch) => new (string Flag, bool IsGiven)[]
    {
        ("--overwrite", request.Overwrite),
        ("--open-pull-request", request.OpenPullRequest is not null),
        ("--coder", batch.Coder is not null),
        ("--verifier", batch.Verifier is not null),
        ("--no-verifier", batch.NoVerifier),
        ("--reviewer", batch.Reviewers.Count > 0),
        ("--no-reviewer", batch.NoReviewer),
        ("--revision-coder", batch.RevisionCoder is not null),
        ("--escalation-coder", batch.EscalationCoder is not null),
        ("--escalation-reviewer", batch.EscalationReviewers.Count > 0),
        ("--max-reviews", batch.MaxReviews is not null),
    }.Where(f => f.IsGiven).Select(f => f.Flag);
}
