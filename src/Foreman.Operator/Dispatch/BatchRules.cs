using System.Globalization;
using Foreman.Api;
using Foreman.Workloads;

namespace Foreman.Operator.Dispatch;

/// <summary>What of a request for a Workload, of issues or of an intent alone, can't be. Pure.</summary>
internal static class BatchRules
{
    /// <summary>All that can't be, a sentence each; nothing when the request is sound.</summary>
    /// <param name="request">The request.</param>
    /// <param name="batch">Its Workload.</param>
    public static IEnumerable<string> Faults(DispatchRequest request, BatchRequest batch)
    {
        if (batch.IsIntent)
        {
            foreach (var fault in IntentRules.Faults(request, batch))
            {
                yield return fault;
            }

            yield break;
        }

        if (batch.Issues.Count == 0)
        {
            yield return batch.Suspend || batch.PlannerModel is not null
                ? "--intent is missing: --planner-model and --suspend are for a Workload whose steps a planner proposes; say what it is for"
                : "--issues is missing: coders, verifiers, reviewers, rounds and budgets are those of a Workload of issues; one task has --agent";
            yield break;
        }

        if (OfTasks(request).ToArray() is { Length: > 0 } flags)
        {
            yield return $"{string.Join(", ", flags)}: for tasks of their own, not for the Workload that --issues makes; its Agents are --coder, --verifier and --reviewer, and what is to be done is --intent";
        }

        foreach (var fault in OfRepository(request).Concat(OfIssues(batch)).Concat(IntentRules.OfText(batch.Intent)).Concat(OfAgents(batch)))
        {
            yield return fault;
        }
    }

    /// <summary>The flags of the request that only tasks have.</summary>
    internal static IEnumerable<string> OfTasks(DispatchRequest request) => new (string Flag, bool IsGiven)[]
    {
        ("ISSUE", request.Issues.Count > 0),
        ("--prompt", request.Prompt is not null),
        ("--kind", request.Kind != TaskKind.Freeform && request.Issues.Count == 0),
        ("--base", request.Base is not null),
        ("--branch", request.Branch is not null),
        ("--branch-prefix", request.BranchPrefix is not null),
        ("--agent", request.Agent is not null),
        ("--model", request.Model is not null),
        ("--timeout", request.TimeoutSeconds is not null),
    }.Where(f => f.IsGiven).Select(f => f.Flag);

    private static IEnumerable<string> OfRepository(DispatchRequest request)
    {
        if (request.Repo is null)
        {
            yield return "--repo is missing: give owner/name or an https URL";
        }
        else if (request.IsLocal)
        {
            yield return "--repo: a folder has no issues to read, so --issues needs a repository on a forge; `dispatch N --repo . --prompt TEXT` has one change made in a clone, a Workload with spec.pipeline several";
        }
    }

    private static IEnumerable<string> OfIssues(BatchRequest batch)
    {
        if (batch.Issues.Count > IssueBatch.MaxIssues)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"--issues: {batch.Issues.Count} are given, and {IssueBatch.MaxIssues} is the most");
        }

        if (batch.Issues.Distinct().Count() != batch.Issues.Count)
        {
            yield return "--issues: one is given twice";
        }

        if (batch.Suspend || batch.PlannerModel is not null)
        {
            yield return "--planner-model, --suspend: of issues nothing is planned; leave them out, or --issues";
        }
    }

    private static IEnumerable<string> OfAgents(BatchRequest batch)
    {
        if (batch is { NoVerifier: true, Verifier: not null })
        {
            yield return "--verifier, --no-verifier: give one of them";
        }

        if (batch is { NoReviewer: true, Reviewers.Count: > 0 })
        {
            yield return "--reviewer, --no-reviewer: give one of them";
        }

        if (batch is { NoReviewer: true, EscalationReviewers.Count: > 0 })
        {
            yield return "--escalation-reviewer: it follows a reviewer that refused, and --no-reviewer says that there is none";
        }
    }
}
