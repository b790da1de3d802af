using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Try;

namespace Foreman.Operator.Dispatch;

/// <summary>The Agents that work on the issues of a Workload: those that are named, and else the only ones of their roles. Pure.</summary>
internal sealed record BatchAgents
{
    private const int MostNamed = 5;

    public required string Coder { get; init; }

    /// <summary>Null for none.</summary>
    public string? Verifier { get; init; }

    public ImmutableArray<string> Reviewers { get; init; } = [];

    /// <summary>Chooses them.</summary>
    /// <param name="batch">What is asked.</param>
    /// <param name="agents">The Agents of the namespace; null where this identity may not see them.</param>
    /// <param name="space">The namespace.</param>
    /// <returns>The Agents, or all that keeps them from being chosen, a sentence each.</returns>
    public static (BatchAgents? Agents, ImmutableArray<string> Faults) Choose(BatchRequest batch, IReadOnlyList<Agent>? agents, string space)
    {
        var faults = ImmutableArray.CreateBuilder<string>();
        if (agents is not null)
        {
            faults.AddRange(batch.NamedAgents.Where(n => agents.All(a => a.Name() != n)).Select(n => Absent(n, agents, space)));
        }

        var search = new Search(batch, agents, space, faults);
        var coder = batch.Coder ?? search.Only(AgentRole.Coder, required: true, "name one with --coder");
        var verifier = batch.NoVerifier ? null : batch.Verifier ?? search.Only(AgentRole.Verifier, required: false, "name one with --verifier, or give --no-verifier");
        var reviewer = batch.NoReviewer || batch.Reviewers.Count > 0 ? null
            : search.Only(AgentRole.Reviewer, required: false, "name one or several with --reviewer, or give --no-reviewer");
        ImmutableArray<string> reviewers = reviewer is null ? [.. batch.Reviewers.Distinct(StringComparer.Ordinal)] : [reviewer];
        if (reviewers.IsEmpty && batch.EscalationReviewers.Count > 0 && faults.Count == 0)
        {
            faults.Add("--escalation-reviewer: it follows a reviewer that refused, and there is none; name one with --reviewer");
        }

        return faults.Count > 0 ? (null, faults.ToImmutable()) : (new() { Coder = coder!, Verifier = verifier, Reviewers = reviewers }, []);
    }

    /// <summary>Those that are named, and else those that a Workload has already.</summary>
    /// <param name="batch">What is asked.</param>
    /// <param name="there">The Workload.</param>
    public static BatchAgents Of(BatchRequest batch, Workload there) => new()
    {
        Coder = batch.Coder ?? there.Spec.CoderAgentRef?.Name ?? "",
        Verifier = batch.NoVerifier ? null : batch.Verifier ?? there.Spec.VerifierAgentRef?.Name,
        Reviewers = batch.NoReviewer ? []
            : batch.Reviewers.Count > 0 ? [.. batch.Reviewers.Distinct(StringComparer.Ordinal)]
            : [.. (there.Spec.ReviewerAgentRefs ?? []).Select(r => r.Name)],
    };

    private static string Absent(string name, IReadOnlyList<Agent> agents, string space) =>
        $"Agent {name} does not exist in namespace {space}: {(agents.Count == 0 ? "there is none" : $"there are {Names(agents.Select(a => a.Name()))}")}";

    /// <summary>Names in order, the first ones of many.</summary>
    internal static string Names(IEnumerable<string> names)
    {
        var all = names.Order(StringComparer.Ordinal).ToArray();
        return string.Join(", ", all.Take(MostNamed)) + (all.Length > MostNamed ? ", …" : "");
    }

    /// <summary>False for one of which an operator said that it can't work.</summary>
    internal static bool IsUsable(Agent agent) => agent.Status?.Conditions.IsFalse(ConditionTypes.Validated) != true;

    /// <summary>Its name, and why it can't work.</summary>
    internal static string Why(Agent agent) =>
        $"{agent.Name()}: {TryFormat.OneLine(agent.Status?.Conditions.Find(ConditionTypes.Validated)?.Message ?? "", 200)}";

    private sealed class Search(BatchRequest batch, IReadOnlyList<Agent>? agents, string space, ImmutableArray<string>.Builder faults)
    {
        /// <summary>The only usable Agent of a role that has no other part; null when there is none, or when a fault says why.</summary>
        public string? Only(AgentRole role, bool required, string whatToDo)
        {
            if (agents is null)
            {
                faults.Add($"the identity of the kubeconfig may not list Agents in namespace {space}, so none of role {role} is looked for: {whatToDo}");
                return null;
            }

            // Who is named for a later part is not meant for the first one.
            var later = new[] { batch.RevisionCoder, batch.EscalationCoder }.Concat(batch.EscalationReviewers).ToHashSet(StringComparer.Ordinal);
            var found = agents.Where(a => a.Spec.Role == role && MayBe(role, a) && !a.IsDeleting() && !later.Contains(a.Name())).ToArray();
            var usable = found.Where(IsUsable).ToArray();
            if (usable.Length == 1)
            {
                return usable[0].Name();
            }

            if (usable.Length > 1)
            {
                faults.Add($"namespace {space} has several Agents of role {role} ({Names(usable.Select(a => a.Name()))}): {whatToDo}");
            }
            else if (required || found.Length > 0)
            {
                faults.Add(found.Length > 0
                    ? $"no Agent of role {role} in namespace {space} can be used ({string.Join("; ", found.Take(MostNamed).Select(Why))}): mend it, or {whatToDo}"
                    : $"namespace {space} has no Agent of role {role}: create one, or {whatToDo}");
            }

            return null;
        }

        // One without a model does one kind of task whatever its role is: it neither writes nor reviews.
        private static bool MayBe(AgentRole role, Agent agent) =>
            DeterministicAgent.KindOf(agent.Spec) is not { } kind || (role == AgentRole.Verifier && kind == TaskKind.Verify);
    }
}
