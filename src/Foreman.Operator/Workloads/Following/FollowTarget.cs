using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Operator.Workloads.Following;

/// <summary>A pull request that a Workload follows.</summary>
/// <param name="Url">Where people read it.</param>
/// <param name="Step">The step that worked on it last, as <c>status.followUps</c> names it.</param>
internal sealed record FollowTarget(string Url, string Step)
{
    /// <summary>The repositories that the Workload names: the operator's tokens are for no others.</summary>
    public ImmutableArray<string> Repositories { get; init; } = [];

    /// <summary>Whether the forge's checks are wanted.</summary>
    public bool Checks { get; init; } = true;

    /// <summary>Whether reviews are wanted.</summary>
    public bool Reviews { get; init; } = true;

    /// <summary>True when what is read for one says as much for the other.</summary>
    public bool AsksSameAs(FollowTarget other) => (Url, Step, Checks, Reviews) == (other.Url, other.Step, other.Checks, other.Reviews) && Repositories.SequenceEqual(other.Repositories);

    /// <summary>The pull requests that a Workload follows; none once it has ended.</summary>
    /// <param name="workload">The Workload.</param>
    /// <param name="status">Its newest status.</param>
    /// <param name="tasks">Its tasks.</param>
    public static ImmutableArray<FollowTarget> Of(Workload workload, WorkloadStatus? status, IEnumerable<AgenticTask> tasks)
    {
        if (workload.Spec.FollowUp is not { } wanted || status?.FollowUps is not { Count: > 0 } followed || status.Conditions.IsTrue(ConditionTypes.Completed))
        {
            return [];
        }

        var steps = (workload.Spec.Pipeline ?? []).Concat(status.Pipeline ?? []);
        ImmutableArray<string> repositories =
        [
            .. steps.Select(s => s.Payload.Repo).Concat(tasks.Select(t => t.Spec.Payload.Repo)).Prepend(workload.Spec.Repo)
                .OfType<string>().Where(r => r.Length > 0).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
        ];
        return
        [
            .. followed.Where(f => f.Step is not null)
                .Select(f => new FollowTarget(f.Url, f.Step!) { Repositories = repositories, Checks = wanted.Checks != false, Reviews = wanted.Reviews != false }),
        ];
    }
}
