using System.Collections.Immutable;
using System.Globalization;
using Foreman.Api;

namespace Foreman.Workloads;

/// <summary>
/// What the forge's answer about one pull request, and the ends of the rounds that revised it, ask for next. Pure.
/// </summary>
internal sealed class PullRequestFollowUp
{
    /// <summary>Most revisions of a pull request when the spec does not say.</summary>
    public const int DefaultRevisions = 2;

    private const int MaxRevisions = 20;

    private const string NoReviser = "No Agent is named that could revise it (spec.revisionCoderAgentRef).";

    private readonly Workload _workload;
    private readonly Func<string, StepResult> _results;
    private readonly FollowedWork _work;
    private readonly FollowUpSteps _steps;
    private readonly PullRequestObservation? _observed;
    private readonly FollowedPullRequest? _recorded;

    /// <param name="snapshot">The Workload, and what forges say.</param>
    /// <param name="work">The pull request.</param>
    /// <param name="names">Names of its rounds.</param>
    /// <param name="results">How a step stands, by name.</param>
    /// <param name="answered">What people decided about the work before there was a pull request, the oldest first.</param>
    public PullRequestFollowUp(WorkloadSnapshot snapshot, FollowedWork work, FollowUpNames names, Func<string, StepResult> results, IReadOnlyList<Question> answered)
    {
        (_workload, _work, _results) = (snapshot.Workload, work, results);
        _steps = new(Spec, work, names, results, answered);
        Rounds = new(work, names, Most, results);
        _observed = snapshot.PullRequests.GetValueOrDefault(work.Url);
        _recorded = _workload.Status?.FollowUps?.FirstOrDefault(f => f.Url == work.Url && f.Step == Rounds.LastEnded.Code);
        Groups = [.. Rounds.All.Skip(1).Select(r => Group(r.Ending, null))];
        Outcome = Decide();
        if (Outcome.Due is { } due)
        {
            Groups = Groups.Add(due);
        }
    }

    /// <summary>The rounds that were begun.</summary>
    public FollowUpRounds Rounds { get; }

    /// <summary>The steps of the rounds that were begun, and of the one that is due.</summary>
    public ImmutableArray<StepGroup> Groups { get; }

    /// <summary>What is decided, as long as the round that is due finds room.</summary>
    public FollowUpOutcome Outcome { get; private set; }

    /// <summary>The step whose work this is.</summary>
    public FollowedWork Work => _work;

    private WorkloadSpec Spec => _workload.Spec;

    private int Most => Math.Clamp(Spec.FollowUp!.MaxRevisions ?? DefaultRevisions, 0, MaxRevisions);

    private bool HeedsChecks => Spec.FollowUp!.Checks != false;

    private string Last => Rounds.LastEnded.Code;

    // The text of a question stays as it was asked, whatever the forge says later.
    private WorkloadQuestion? Asked => _workload.Status?.Questions?.FirstOrDefault(q => q.Step == Last);

    /// <summary>What is decided when the round that is due finds no room.</summary>
    /// <param name="growth">What was added.</param>
    public void Close(Growth growth)
    {
        if (Outcome.Due is { } due && !growth.IsAdmitted(due))
        {
            Outcome = Ask(Outcome.Trouble ?? "", $"There is no room for another revision: {growth.Refusal?.Message}");
        }
    }

    /// <summary>The questions that its rounds asked, those that are open and those that were answered.</summary>
    public IEnumerable<Question> Questions()
    {
        foreach (var round in Rounds.All.Where(r => r.Code != Last))
        {
            var told = _workload.Status?.Questions?.FirstOrDefault(q => q.Step == round.Code);
            if (told is not null && Answers.To(_workload, round.Code) is { } answer)
            {
                yield return new(round.Code, told.Question) { Answer = answer };
            }
        }

        if (Outcome.Question is { } question)
        {
            yield return question;
        }
    }

    private FollowUpOutcome Decide()
    {
        if (_observed is { Problem: null, State: not PullRequestState.Open } ended)
        {
            return Ended(ended.State);
        }

        if (_observed is not { Problem: null } && EndedBefore is { } before)
        {
            // What was merged stays so; what was closed may be open again.
            return Ended(before) with { IsDone = before == PullRequestState.Merged };
        }

        if (Asked is not null && Answers.IsAbandon(Answers.To(_workload, Last)))
        {
            return Abandoned(Asked.Question);
        }

        if (Rounds.IsUnderWay)
        {
            return Tell(FollowUpState.Revising, $"It is revised by {Rounds.Last.Code}.") with { Question = Answered() };
        }

        if (Rounds.WasDeniedBudget(Rounds.Last))
        {
            return Tell(FollowUpState.NeedsDecision, "spec.budget was used up before it could be revised; it is not followed any more.") with { IsDone = true };
        }

        return _observed is null || _observed.Step != Last ? (_recorded is null ? Wait("Waits until the forge has been asked.") : Wait(_recorded.Message ?? "", _recorded.State))
            : _observed.Problem is { } problem ? Unread(problem)
            : WaitsFor(_observed) is { } awaited ? Wait(awaited)
            : Judge(_observed);
    }

    private PullRequestState? EndedBefore => _workload.Status?.FollowUps?.FirstOrDefault(f => f.Url == _work.Url)?.State switch
    {
        { } state when state == FollowUpState.Merged => PullRequestState.Merged,
        { } state when state == FollowUpState.Closed => PullRequestState.Closed,
        _ => null,
    };

    private string? WaitsFor(PullRequestObservation seen) =>
        !seen.IsSettled && Rounds.IsEarlier(seen.HeadSHA) ? $"Waits until the forge shows commit {Short(Rounds.Commit!)}."
        : !HeedsChecks ? null
        : seen.PendingChecks.Count > 0 ? $"Waits for checks: {Names(seen.PendingChecks)}."
        : !seen.IsSettled && !WasReady(seen) ? "Waits a while for checks to begin."
        : null;

    // A tip that was judged before a restart had its time before.
    private bool WasReady(PullRequestObservation seen) => _recorded?.State == FollowUpState.Ready && _recorded.HeadSHA == seen.HeadSHA;

    private FollowUpOutcome Judge(PullRequestObservation seen)
    {
        IReadOnlyList<FailedCheck> failed = HeedsChecks ? seen.FailedChecks : [];
        IReadOnlyList<ChangeRequest> requests = Spec.FollowUp!.Reviews == false ? [] : [.. seen.ChangeRequests.Where(r => IsOpen(r, seen))];
        var isWorse = Rounds.All.Length > 1 && !Rounds.IsOnTarget(Rounds.Last) && _results(Last).IsOnTarget;
        if (failed.Count == 0 && requests.Count == 0 && !isWorse)
        {
            return HeedsChecks && seen.ChecksAreCut ? Wait("Waits for people: it has more checks than are read.") : Ready(seen);
        }

        var trouble = Trouble(failed, requests, isWorse);
        if (Spec.Cancel == true)
        {
            return Tell(FollowUpState.NeedsDecision, trouble);
        }

        var canRevise = _steps.Reviser is not null;
        var answer = canRevise && Asked is not null ? Answers.To(_workload, Last) : null;
        var said = Rounds.All.Length > 1 ? _results(Last).Question : null;
        trouble = said is null || said == Asked?.Question ? trouble : $"{trouble} {Last} asks: {said}";
        if (said is not null && answer is null)
        {
            return Ask(trouble, canRevise ? null : NoReviser);
        }

        var ending = answer is null && Rounds.Revisions >= Most ? null : canRevise ? FollowUpNames.Ending(Rounds.Revisions + 1) : null;
        ending ??= !Rounds.HasEscalation && _steps.Senior is not null ? FollowUpNames.Escalation : null;
        if (ending is null)
        {
            return Ask(trouble, canRevise ? null : NoReviser);
        }

        // An answer to what a coder asked says nothing without the question.
        var asked = said is null ? null : Prompts.Answers([new(Last, said) { Answer = answer }]);
        var due = Group(ending, Prompts.Joined(Prompts.FollowUp(failed, requests, Rounds.ShortOf(Rounds.Last), asked is null ? answer : null), asked), KnownUntil(seen));
        return Tell(FollowUpState.Revising, $"It is revised by {due.Steps[0].Name}.") with
        {
            Due = due,
            Trouble = trouble,
            Question = answer is null ? null : new(Last, Asked!.Question) { Answer = answer },
        };
    }

    // A review that was written after the look is not answered by the round that begins with it.
    private DateTimeOffset KnownUntil(PullRequestObservation seen) =>
        new[] { seen.ChangeRequests.Max(r => r.SubmittedAt), _results(Last).ReviewsUntil }.Max() ?? DateTimeOffset.UnixEpoch;

    // What a review said of an earlier commit was answered by the round that came after it.
    private bool IsOpen(ChangeRequest request, PullRequestObservation seen) =>
        Rounds.AnsweredUntil(Rounds.Last) is not { } answered || (request.Commit.Length > 0 && request.Commit == seen.HeadSHA) || request.SubmittedAt > answered;

    private FollowUpOutcome Ready(PullRequestObservation seen) => seen switch
    {
        { IsDraft: false } => Tell(FollowUpState.Ready, null) with { IsDone = true, IsWell = true },
        { StaysDraft: { } why } => Tell(FollowUpState.Ready, $"It is still a draft: {why}.") with { IsDone = true, IsWell = true },
        _ => Tell(FollowUpState.Ready, "It is being made ready for review.") with { IsWell = true, Change = new MarkReady { Url = _work.Url } },
    };

    private FollowUpOutcome Ended(PullRequestState state)
    {
        var (told, message) = state == PullRequestState.Merged ? (FollowUpState.Merged, "It was merged.") : (FollowUpState.Closed, "It was closed by people.");
        return Tell(told, message) with { IsDone = true, IsWell = true, Dropped = $"The pull request {_work.Url} {(state == PullRequestState.Merged ? "was merged" : "was closed")}." };
    }

    // What stands in the way is null where the answer is told to a revision.
    private FollowUpOutcome Ask(string trouble, string? obstacle)
    {
        var choices = obstacle is null
            ? $"Answer with what the next revision shall do, or with {Answers.Abandon} to give it up."
            : $"{obstacle} Mend it on its branch, or answer {Answers.Abandon} to give it up.";

        // Why an answer can't be done must be told, also where the question was asked before.
        var text = obstacle is null && Asked is { } asked ? asked.Question : $"{_work.Url}: {trouble} {Tried()} {choices}";
        var answer = Asked is null ? null : Answers.To(_workload, Last);
        return Answers.IsAbandon(answer) ? Abandoned(text) : Tell(FollowUpState.NeedsDecision, trouble) with { Question = new(Last, text) };
    }

    private FollowUpOutcome Abandoned(string question) => Tell(FollowUpState.NeedsDecision, "A person gave it up; it is not followed any more.") with
    {
        IsDone = true,
        IsAbandoned = true,
        Question = new(Last, question) { Answer = Answers.To(_workload, Last) },
        Dropped = $"The pull request {_work.Url} was given up.",
    };

    // A question stays open until the forge says that nothing is to be decided any more.
    private FollowUpOutcome Wait(string message, FollowUpState? state = null) =>
        Answered() is { } answered ? Tell(FollowUpState.Waiting, message) with { Question = answered }
        : Asked is { } asked ? Tell(FollowUpState.NeedsDecision, _recorded?.State == FollowUpState.NeedsDecision ? _recorded.Message : message) with { Question = new(Last, asked.Question) }
        : Tell(state ?? FollowUpState.Waiting, message) with { IsWell = state == FollowUpState.Ready };

    private Question? Answered() => Asked is { } asked && _steps.Reviser is not null && Answers.To(_workload, Last) is { } answer ? new(Last, asked.Question) { Answer = answer } : null;

    // Nothing is known that would take back what was seen before.
    private FollowUpOutcome Unread(string problem) => _recorded?.State == FollowUpState.Ready
        ? Wait($"It could not be read again: {problem}.", FollowUpState.Ready)
        : Wait($"Waits, since it could not be read: {problem}.");

    private FollowUpOutcome Tell(FollowUpState state, string? message) => new(new()
    {
        Url = _work.Url,
        Step = Last,
        State = state,
        HeadSHA = _observed is { Problem: null, HeadSHA.Length: > 0 } ? _observed.HeadSHA : _workload.Status?.FollowUps?.FirstOrDefault(f => f.Url == _work.Url)?.HeadSHA,
        Revisions = Rounds.All.Length > 1 ? Rounds.All.Length - 1 : null,
        Message = string.IsNullOrEmpty(message) ? null : Texts.Cut(message, 1000),
    });

    private string Trouble(IReadOnlyList<FailedCheck> failed, IReadOnlyList<ChangeRequest> requests, bool isWorse)
    {
        var said = new List<string>();
        if (failed.Count > 0)
        {
            said.Add($"Failed checks: {Names(failed.Select(f => f.Name))}.");
        }

        if (requests.Count > 0)
        {
            said.Add($"Changes are requested by {Names(requests.Select(r => r.Author is { Length: > 0 } author ? author : "somebody whose account is gone").Distinct(StringComparer.Ordinal))}.");
        }

        if (isWorse)
        {
            said.Add($"The checks after {Last} did not pass.");
        }

        return string.Join(' ', said);
    }

    private string Tried() => Rounds.All.Length == 1
        ? "It was not revised."
        : $"It was revised by {string.Join(", ", Rounds.All.Skip(1).Select(r => $"{r.Code} ({_results(r.Code).Verdict?.Value ?? _results(r.Code).Reason?.Value ?? "no verdict"})"))}.";

    private StepGroup Group(string ending, string? prompt, DateTimeOffset? reviewsUntil = null) =>
        new(StepGroupKind.FollowUp, _work.Origin.Issue ?? 0, 0, Reasons.MaxTasksFollowUpCap, _steps.Round(ending, prompt, reviewsUntil));

    private static string Short(string commit) => commit.Length > 12 ? commit[..12] : commit;

    private static string Names(IEnumerable<string> names)
    {
        const int Most = 5;
        var all = names.ToArray();
        var shown = string.Join(", ", all.Take(Most).Select(n => Texts.Cut(n, 60)));
        return all.Length > Most ? string.Create(CultureInfo.InvariantCulture, $"{shown} and {all.Length - Most} more") : shown;
    }
}

/// <summary>What is decided about a pull request.</summary>
/// <param name="Entry">What the status says of it.</param>
internal sealed record FollowUpOutcome(FollowedPullRequest Entry)
{
    /// <summary>The round that begins now; null for none.</summary>
    public StepGroup? Due { get; init; }

    /// <summary>What stands against it, for people; null for nothing.</summary>
    public string? Trouble { get; init; }

    /// <summary>What a person is asked, or was; null for nothing.</summary>
    public Question? Question { get; init; }

    /// <summary>What is to be changed on the forge; null for nothing.</summary>
    public ForgeChange? Change { get; init; }

    /// <summary>True when it is followed no more.</summary>
    public bool IsDone { get; init; }

    /// <summary>True when nothing stands against it, so that rounds which did not reach their target count for nothing.</summary>
    public bool IsWell { get; init; }

    /// <summary>True when a person gave it up.</summary>
    public bool IsAbandoned { get; init; }

    /// <summary>Why what still runs for it is of no use any more; null when it is.</summary>
    public string? Dropped { get; init; }
}
