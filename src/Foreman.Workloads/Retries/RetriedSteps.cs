using System.Collections.Immutable;
using Foreman.Api;

namespace Foreman.Workloads;

/// <summary>Writes steps with their retries. Pure.</summary>
/// <param name="steps">The steps.</param>
/// <param name="scope">What they are decided by.</param>
/// <param name="copies">What was made of them.</param>
/// <param name="begun">Steps that follow a round that was begun, and are not made in it yet.</param>
/// <param name="rounds">Rounds that begin now.</param>
internal sealed class RetriedSteps(
    ImmutableArray<Step> steps, RetryScope scope, StepCopies copies, IReadOnlySet<string> begun, IReadOnlyList<RetryRound> rounds)
{
    private readonly Dictionary<string, RetryRound> _rounds = rounds
        .SelectMany(r => r.Members.Select(m => (Member: m, Round: r))).ToDictionary(m => m.Member, m => m.Round, StringComparer.Ordinal);

    private StepGraph Graph => field ??= new(steps);

    /// <summary>All of them, those without a retry mark in their places: references may give a step's number.</summary>
    public ImmutableArray<Step> All() =>
    [
        .. steps.Select(s => Number(s.Name) == 0 ? Last(s) : Earlier(s, 0)),
        .. steps.SelectMany(s => Enumerable.Range(1, Number(s.Name)).Select(n => n == Number(s.Name) ? Last(s) : Earlier(s, n))),
    ];

    // A step without a task yet needs no copy: its first one follows the new round.
    private bool IsNew(string step) => (begun.Contains(step) || _rounds.ContainsKey(step)) && copies.IsMade(copies.Newest(step));

    private int Number(string step) => copies.Number(step) + (IsNew(step) ? 1 : 0);

    private string NameOf(string step) => copies.Has(step) ? StepNames.Retry(step, Number(step)) : step;

    private Step Earlier(Step step, int number)
    {
        var name = StepNames.Retry(step.Name, number);
        return step with
        {
            Name = name,
            Agent = AgentOf(step, name),
            DependsOn = copies.Follows(name),
            AdvisoriesOf = null,
            IsSuperseded = true,
            IsRetried = true,
            Why = Why(step, number),
        };
    }

    private Step Last(Step step)
    {
        var number = Number(step.Name);
        var name = StepNames.Retry(step.Name, number);
        var last = step with
        {
            Name = name,
            Agent = AgentOf(step, name),
            DependsOn = [.. step.DependsOn.Select(NameOf)],
            AdvisoriesOf = step.AdvisoriesOf is { } source ? NameOf(source) : null,
            Why = Why(step, number),
            Behind = BehindOf(step),
        };
        return copies.IsMade(name) ? last
            : IsNew(step.Name) ? Again(step, last with { Payload = Renamed(step.Payload) })
            : last with { Payload = Renamed(step.Payload) };
    }

    private Step Again(Step step, Step last)
    {
        var made = copies.Newest(step.Name);
        if (!(_rounds.TryGetValue(step.Name, out var round) && round.BeginsWith(step.Name)))
        {
            return last with { After = [made], Payload = RetryPayload.Answered(RetryPayload.Anew(last.Payload, step.Kind, Work(step)), Answered(step)) };
        }

        // Reviews and checks of the old work end first, and no task works on it any more when the new round begins.
        last = last with { After = [.. round.Members.Select(copies.Newest).Order(StringComparer.Ordinal)], NotBefore = round.NotBefore };
        if (!RetryRule.Writes(step.Kind))
        {
            return last with { Payload = RetryPayload.Anew(last.Payload, step.Kind, Work(step)) };
        }

        var work = Work(step);
        return last with
        {
            Agent = work is not null && scope.RevisionAgent is { } agent ? agent : last.Agent,
            Payload = RetryPayload.GoingOn(last.Payload, work, [.. Learnt(step, round)], Answered(step)),
        };
    }

    // What a person decided holds for every later time.
    private ImmutableArray<Question> Answered(Step step) =>
    [
        .. copies.All(step.Name)
            .Select(c => scope.Results(c).Question is { } text ? new Question(c, text) { Answer = scope.Answers(c) } : null)
            .OfType<Question>().Where(Answers.GoOn),
    ];

    // Until all that a round begins with is there its causes stand as they are, so that half of it is never taken for all.
    private ImmutableArray<string> BehindOf(Step step)
    {
        if (!_rounds.TryGetValue(step.Name, out var round) || round.BeginsWith(step.Name))
        {
            return [];
        }

        var before = Graph.Ancestors(step.Name);
        return [.. steps.Where(s => round.BeginsWith(s.Name) && before.Contains(s.Name)).Select(s => NameOf(s.Name))];
    }

    // The newest copy that left something to go on from.
    private StepResult? Work(Step step) =>
        copies.All(step.Name).Reverse().Select(scope.Results).FirstOrDefault(RetryPayload.HasWork);

    private List<(string Copy, StepResult Result)> Learnt(Step step, RetryRound round)
    {
        var learnt = round.Causes.Where(c => c.Origins.Contains(step.Name) && c.Result.Question is null).Select(c => (c.Copy, c.Result)).ToList();

        // A copy that left no work behind was told things that still hold.
        for (var number = copies.Number(step.Name); number > 0 && !RetryPayload.HasWork(scope.Results(StepNames.Retry(step.Name, number))); number--)
        {
            var before = StepNames.Retry(step.Name, number - 1);
            learnt.AddRange(Verdicts(before).Prepend(before).Select(c => (c, scope.Results(c))).Where(c => c.Item2.Question is null && RetryRule.FellShort(c.Item2)));
        }

        return learnt;
    }

    private IEnumerable<string> Verdicts(string writer) => steps
        .Where(s => !RetryRule.Writes(s.Kind))
        .SelectMany(s => copies.All(s.Name).Select(c => (s.Kind, Copy: c)))
        .Where(c => RetryRule.JudgesOthers(c.Kind, scope.Results(c.Copy)) && copies.Judged(c.Copy).Contains(writer, StringComparer.Ordinal))
        .Select(c => c.Copy);

    private string AgentOf(Step step, string copy) => scope.Results(copy).Agent is { Length: > 0 } agent ? agent : step.Agent;

    private string Why(Step step, int number)
    {
        if (number == 0)
        {
            return step.Why;
        }

        var before = StepNames.Retry(step.Name, number - 1);
        var result = scope.Results(before);
        return result.Question is not null && scope.Answers(before) is not null
            ? $"{step.Why}, again: a person answered the question of {before}"
            : RetryRule.FellShort(result)
            ? $"{step.Why}, again: {before} ended with {RetryRule.Word(result)}"
            : $"{step.Why}, again: a step before or behind {before} did not reach its target";
    }

    private TaskPayload Renamed(TaskPayload payload)
    {
        var renamed = PayloadTexts.ArePlain(payload)
            ? payload
            : PayloadTexts.Map(payload, (_, text) => ReferenceText.Rename(text, name => Graph.Resolve(name) is { } step ? NameOf(step) : name));
        return renamed.Inputs is not { Count: > 0 } inputs ? renamed : renamed with
        {
            Inputs = [.. inputs.Select(i => i.FromTask is { } source ? i with { FromTask = source with { Name = TaskOf(source.Name) } } : i)],
        };
    }

    private string TaskOf(string task) =>
        steps.FirstOrDefault(s => StepNames.Task(scope.Workload, s.Name) == task) is { } step ? StepNames.Task(scope.Workload, NameOf(step.Name)) : task;
}
