using Foreman.Api;
using Foreman.Workloads.Tests.Scenarios;

namespace Foreman.Workloads.Tests.FollowUps;

/// <summary>Workloads whose tasks open pull requests, and a forge that says of the branch of each issue what a test wants.</summary>
internal static class FollowScene
{
    public const string Url = "https://forge.example/acme/shop/pull/1";

    /// <summary>One issue with a coder and a verifier, followed up.</summary>
    public static WorkloadSpec Batch(params int[] issues) => Given.Batch(issues) with { FollowUp = new() };

    /// <summary>A world in which coders open pull requests, and a forge.</summary>
    /// <param name="spec">Spec of the Workload.</param>
    /// <param name="forge">What it says of a pull request, by the step that worked on it last; null while nobody has asked.</param>
    /// <param name="ends">Ends of steps that are other than usual.</param>
    public static World Play(WorkloadSpec spec, Func<string, PullRequestObservation?> forge, params (string Step, RunEnd End)[] ends)
    {
        var others = ends.ToDictionary(e => e.Step, e => e.End, StringComparer.Ordinal);
        var world = new World(Given.Workload("w", spec), task => others.GetValueOrDefault(World.StepOf(task)) is { } other ? other : Opening(task));
        world.Forge = followed => forge(followed.Step!) is { } seen
            ? seen with { Url = followed.Url, Step = followed.Step!, IsDraft = seen.IsDraft && !world.MadeReady.Contains(followed.Url) }
            : null;
        return world;
    }

    /// <summary>How a run ends when nothing goes wrong: a coder pushes a commit of its own and opens the pull request of its issue.</summary>
    public static RunEnd Opening(AgenticTask task) => task.Spec.Kind == TaskKind.IssueFix || task.Spec.Kind == TaskKind.Freeform || task.Spec.Kind == TaskKind.Review
        ? RunEnd.Usual(task) with
        {
            Branch = task.Spec.Payload.Branch,
            CommitSHA = task.Spec.Kind == TaskKind.Review ? null : Commit(World.StepOf(task)),
            PullRequest = task.Spec.Payload.OpenPullRequest == true ? $"https://forge.example/acme/shop/pull/{task.Spec.Payload.Issue ?? 1}" : null,
        }
        : RunEnd.Usual(task);

    /// <summary>The commit that a step makes.</summary>
    public static string Commit(string step) => $"commit-of-{step}";

    /// <summary>An open pull request of which the forge says nothing bad.</summary>
    public static PullRequestObservation Green(string step) => new(Url) { Step = step, HeadSHA = Commit(step) };

    public static PullRequestObservation Red(string step) => Green(step) with { FailedChecks = [new("unit", "2 of 40 tests failed: test_total")] };

    public static PullRequestObservation Refused(string step) => Green(step) with
    {
        ChangeRequests = [new("alice", "Please round half up.") { Commit = Commit(step), SubmittedAt = Given.Now, Lines = [new("shop/total.py", 12, "here")] }],
    };

    public static FollowedPullRequest Followed(this World world) => Assert.Single(world.Status.FollowUps!);

    public static string State(this World world) => $"{world.Followed().State} {world.Followed().Step}";

    public static string Asked(this World world) => string.Join(' ', (world.Status.Questions ?? []).Select(q => $"{q.Step}={q.Answer ?? "?"}"));
}
