using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;

namespace Foreman.Operator.Dispatch;

/// <summary>The Workload of issues. Pure.</summary>
internal static class BatchWorkload
{
    // Names of its tasks are longer, and are best read in one line.
    internal const int MaxNameLength = 46;
    private const int MaxNumbersLength = 24;
    private const int MarkLength = 6;

    // It stands before the text of each issue.
    private const string UsualIntent = "Do what the issue asks for, and nothing else.";

    /// <summary>The Workload.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="batch">Its part about the Workload.</param>
    /// <param name="agents">Who works on it.</param>
    /// <param name="space">Its namespace.</param>
    public static Workload Of(DispatchRequest request, BatchRequest batch, BatchAgents agents, string space) => new()
    {
        Metadata = new() { Name = NameOf(request, batch), NamespaceProperty = space },
        Spec = new()
        {
            Intent = batch.Intent ?? UsualIntent,
            Repo = request.Repo,
            Issues = batch.Issues,
            CoderAgentRef = Ref(agents.Coder),
            VerifierAgentRef = Ref(agents.Verifier),
            ReviewerAgentRefs = Refs(agents.Reviewers),
            RevisionCoderAgentRef = Ref(batch.RevisionCoder),
            EscalationCoderAgentRef = Ref(batch.EscalationCoder),
            EscalationReviewerAgentRefs = Refs(batch.EscalationReviewers),
            EscalateOnFailure = batch.EscalationCoder is null ? null : true,
            MaxReviewIterations = batch.MaxReviews,
            MaxTasks = batch.MaxTasks,
            Budget = BudgetOf(batch),
            AllowOverwrite = request.Overwrite ? true : null,
            OpenPullRequest = request.OpenPullRequest,
            GateProfile = request.Gate,
        },
    };

    /// <summary>Its name: the same issues of the same repository are one Workload, so that two calls don't do them twice.</summary>
    public static string NameOf(DispatchRequest request, BatchRequest batch)
    {
        if (request.Name is { } name)
        {
            return name;
        }

        var numbers = string.Join('-', batch.Issues.Order().Select(i => i.ToString(CultureInfo.InvariantCulture)));
        var end = numbers.Length <= MaxNumbersLength
            ? $"issues-{numbers}"
            : string.Create(CultureInfo.InvariantCulture, $"{batch.Issues.Count}-issues-from-{batch.Issues.Min()}-{MarkOf(numbers)}");
        return DispatchTasks.Joined(request.RepoName, end, MaxNameLength);
    }

    /// <summary>The fields that differ, of those that <c>dispatch</c> sets; nothing when both ask for the same.</summary>
    public static IReadOnlyList<string> Differences(Workload wanted, Workload there)
    {
        var (one, other) = (Fields(wanted), Fields(there));
        return
        [
            .. one.Select(f => f.Key).Union(other.Select(f => f.Key))
                .Where(k => !JsonNode.DeepEquals(one[k], other[k]))
                .Order(StringComparer.Ordinal)
                .Select(k => $"spec.{k}"),
        ];
    }

    /// <summary>The budget that is asked for; null for none.</summary>
    internal static WorkloadBudget? BudgetOf(BatchRequest batch) =>
        batch is { BudgetTokens: null, BudgetSeconds: null } ? null : new() { Tokens = batch.BudgetTokens, Seconds = batch.BudgetSeconds };

    // Holding or ending it, or answering what it asks, is no other work, and neither are the same issues in another order.
    private static JsonObject Fields(Workload workload)
    {
        var spec = workload.Spec with { Suspend = null, Cancel = null, Decision = null, Issues = workload.Spec.Issues is { } issues ? [.. issues.Order()] : null };
        return (JsonObject)JsonSerializer.SerializeToNode(new Workload { Spec = spec }, Workload.TypeInfo)!["spec"]!;
    }

    private static LocalObjectReference? Ref(string? name) => name is null ? null : new() { Name = name };

    private static LocalObjectReference[]? Refs(IReadOnlyList<string> names) => names.Count == 0 ? null : [.. names.Select(n => Ref(n)!)];

    private static string MarkOf(string numbers) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(numbers)))[..MarkLength];
}
