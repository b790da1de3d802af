using System.Globalization;
using Foreman.Api;
using Foreman.Workloads.Tests.Properties;

namespace Foreman.Workloads.Tests.Scenarios;

/// <summary>What a random Workload may have.</summary>
/// <param name="Limits">A budget or a cap of tasks: how much there is depends on what comes first.</param>
/// <param name="Resolved">Coders that find their work done before.</param>
/// <param name="Missing">References to what a step may not give.</param>
/// <param name="Followed">Pull requests that are followed, each until it is merged, closed or ready, or a person gives it up.</param>
internal sealed record RandomScope(bool Limits = true, bool Resolved = true, bool Missing = true, bool Followed = false);

/// <summary>Valid Workloads and runs of their tasks, made from seeds.</summary>
internal static class RandomWorkloads
{
    private static readonly string[] Reviewers = ["reader", "critic", "cloud"];

    /// <summary>A pipeline or a batch, with the ends of all of its tasks.</summary>
    public static World Of(int seed, RandomScope? scope = null)
    {
        var random = new Random(seed);
        var allowed = scope ?? new();
        var spec = random.Next(2) == 0 ? Pipeline(random, allowed.Missing) : Batch(random);
        spec = allowed.Limits ? Limited(random, spec) : spec;
        spec = allowed.Followed ? Followed(random, spec) : spec;
        var world = new World(Given.Workload("w", spec), task => EndOf(seed, task, allowed)) { AllowCloudProviders = random.Next(4) > 0 };
        if (allowed.Followed)
        {
            world.Forge = followed => SeenOf(seed, followed, world.MadeReady.Contains(followed.Url));
        }

        return world;
    }

    /// <summary>A graph of steps without a cycle; some are for other verdicts than success, and some refer to others.</summary>
    /// <param name="random">Decides everything.</param>
    /// <param name="missing">True lets steps refer to what others may not give.</param>
    public static WorkloadSpec Pipeline(Random random, bool missing)
    {
        var steps = new List<PipelineStep>();
        var before = new List<SortedSet<int>>();
        var count = random.Next(1, 9);
        for (var number = 0; number < count; number++)
        {
            int[] direct = [.. Enumerable.Range(0, number).Where(_ => random.Next(5) < 2).Take(3)];
            before.Add([.. direct, .. direct.SelectMany(d => before[d])]);
            var kind = TaskKind.Known[random.Next(TaskKind.Known.Count)];
            steps.Add(new()
            {
                Name = Name(number),
                Kind = kind,
                AgentRef = Given.Ref(kind == TaskKind.Review ? Reviewers[random.Next(2)] : "writer"),
                Payload = new() { Prompt = Prompt(random, [.. before[number]], missing), Branch = random.Next(4) == 0 ? Name(number) : null },
                DependsOn = direct.Length == 0 ? null : [.. direct.Select(Name)],
                When = direct.Length == 0 || random.Next(4) > 0 ? null : [.. Verdict.Known.Where(_ => random.Next(2) == 0).DefaultIfEmpty(Verdict.NoGo)],
            });
        }

        return Given.Pipeline([.. steps]);
    }

    /// <summary>Issues with all that can follow.</summary>
    public static WorkloadSpec Batch(Random random) => Given.Batch([.. Enumerable.Range(1, random.Next(1, 4))]) with
    {
        VerifierAgentRef = random.Next(3) == 0 ? null : Given.Ref("gate"),
        ReviewerAgentRefs = Given.Refs(Reviewers[..random.Next(Reviewers.Length + 1)]),
        EscalationReviewerAgentRefs = random.Next(2) == 0 ? null : Given.Refs("judge", "cloud"),
        EscalationCoderAgentRef = random.Next(2) == 0 ? null : Given.Ref("senior"),
        RevisionCoderAgentRef = random.Next(2) == 0 ? null : Given.Ref("reviser"),
        EscalateOnFailure = random.Next(2) == 0 ? null : true,
        MaxReviewIterations = random.Next(2) == 0 ? null : random.Next(4),
        AllowCloudReviewers = random.Next(3) == 0 ? false : null,
        OpenPullRequest = random.Next(3) == 0 ? false : null,
    };

    private static WorkloadSpec Limited(Random random, WorkloadSpec spec) => spec with
    {
        MaxTasks = random.Next(4) == 0 ? random.Next(1, 12) : null,
        Budget = random.Next(2) == 0 ? null : new()
        {
            Tokens = random.Next(3) == 0 ? null : random.Next(1, 400),
            Seconds = random.Next(3) == 0 ? null : random.Next(1, 200),
            Tasks = random.Next(6) == 0 ? random.Next(1, 12) : null,
        },
    };

    private static WorkloadSpec Followed(Random random, WorkloadSpec spec) => spec with
    {
        FollowUp = new() { MaxRevisions = random.Next(3), Checks = random.Next(4) > 0, Reviews = random.Next(4) > 0 },
        OpenPullRequest = null,
        Pipeline = spec.Pipeline is { } pipeline ? [.. pipeline.Select(s => s with { Payload = s.Payload with { OpenPullRequest = s.Kind == TaskKind.Verify ? null : true } })] : null,
    };

    // The same work is judged in the same way each time.
    private static PullRequestObservation SeenOf(int seed, FollowedPullRequest followed, bool isReady)
    {
        var random = new Random(followed.Step!.Aggregate(seed, (hash, c) => unchecked((hash * 37) + c)));
        var trouble = random.Next(8);
        return new(followed.Url)
        {
            Step = followed.Step!,
            State = random.Next(12) switch { 0 => PullRequestState.Merged, 1 => PullRequestState.Closed, _ => PullRequestState.Open },
            IsDraft = random.Next(2) == 0 && !isReady,
            StaysDraft = random.Next(6) == 0 ? "it may not" : null,
            HeadSHA = $"c-{followed.Step}",
            FailedChecks = trouble is 0 or 1 ? [new("unit", "red")] : [],
            ChangeRequests = trouble is 1 or 2 ? [new("alice", "no") { Commit = $"c-{followed.Step}" }] : [],
            PendingChecks = trouble == 3 && random.Next(3) == 0 ? ["unit"] : [],
        };
    }

    private static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"s{number}");

    private static string Prompt(Random random, int[] before, bool missing)
    {
        string[] fields = missing ? ["verdict", "summary", "verdict", "summary", "branch", "commitSHA", "output.size"] : ["verdict", "summary"];
        var text = "Do it.";
        for (var references = before.Length == 0 ? 0 : random.Next(3); references > 0; references--)
        {
            var source = before[random.Next(before.Length)];
            text += $" ${{steps.{(random.Next(2) == 0 ? Name(source) : source.ToString(CultureInfo.InvariantCulture))}.{fields[random.Next(fields.Length)]}}}";
        }

        return text;
    }

    // The same task ends in the same way each time it is asked; what it uses stays within its budget.
    private static RunEnd EndOf(int seed, AgenticTask task, RandomScope scope)
    {
        var random = Seeds.Of(seed, task);
        var end = random.Next(5) < 3 ? RunEnd.Usual(task) : Trouble(random, task, scope);
        var tokens = task.Spec.Kind.AsksModel ? random.NextInt64((task.Spec.Budget?.Tokens ?? 90) + 1) : 0;
        return end with
        {
            PullRequest = scope.Followed && end.Verdict == Verdict.Go && task.Spec.Payload.OpenPullRequest == true ? $"https://forge.example/pull/{task.Spec.Payload.Issue?.ToString(CultureInfo.InvariantCulture) ?? World.StepOf(task).Split('-')[0]}" : null,
            CommitSHA = scope.Followed && end.Verdict == Verdict.Go && task.Spec.Kind != TaskKind.Review ? $"c-{World.StepOf(task)}" : end.CommitSHA,
            Extra = random.Next(2) == 0 ? end.Extra : end.Extra ?? Given.Json("""{"outputs":{"size":3}}"""),
            Usage = new()
            {
                PromptTokens = tokens / 2,
                CompletionTokens = tokens - (tokens / 2),
                Turns = 1,
                Seconds = random.Next((task.Spec.Budget?.Seconds ?? 60) + 1),
            },
        };
    }

    private static RunEnd Trouble(Random random, AgenticTask task, RandomScope scope)
    {
        if (!task.Spec.Kind.AsksModel)
        {
            return random.Next(3) > 0 ? RunEnd.GateFail : new(Verdict.GateError) { Phase = TaskPhase.Failed, Reason = FailureReason.GateError };
        }

        if (task.Spec.Kind == TaskKind.Review)
        {
            return random.Next(3) > 0 ? RunEnd.Refusal : RunEnd.OutOfTurns;
        }

        return random.Next(5) switch
        {
            0 => RunEnd.OutOfTurns,
            1 => RunEnd.Broken,
            2 when scope.Resolved => RunEnd.Resolved,
            3 => RunEnd.GaveUp with { Outcome = "NEEDS-VERIFICATION" },
            _ => RunEnd.GaveUp,
        };
    }
}
