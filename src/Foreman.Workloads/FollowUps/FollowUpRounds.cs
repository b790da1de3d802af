using System.Collections.Immutable;

namespace Foreman.Workloads;

/// <summary>A round of revision of a pull request, or the work that it began with.</summary>
/// <param name="Ending">Ending of its steps' names; empty for the first work.</param>
/// <param name="Code">The step that writes.</param>
/// <param name="Checks">The verify steps behind it.</param>
internal sealed record FollowUpRound(string Ending, string Code, ImmutableArray<string> Checks);

/// <summary>
/// The rounds that were begun for a pull request, in their order; a round was begun when one of its tasks is there, so nothing has to be
/// remembered elsewhere. Pure.
/// </summary>
internal sealed class FollowUpRounds
{
    private readonly Func<string, StepResult> _results;

    /// <param name="work">The pull request.</param>
    /// <param name="names">Names of its rounds.</param>
    /// <param name="most">Most rounds before the escalation coder.</param>
    /// <param name="results">How a step stands, by name.</param>
    public FollowUpRounds(FollowedWork work, FollowUpNames names, int most, Func<string, StepResult> results)
    {
        _results = results;
        var found = ImmutableArray.CreateBuilder<FollowUpRound>();
        found.Add(new("", work.Origin.Name, [.. work.Checks.Select(c => c.Name)]));
        while (true)
        {
            var (next, escalation) = (Round(FollowUpNames.Ending(Revisions + 1)), Round(FollowUpNames.Escalation));
            var isEscalation = !HasEscalation && IsBegun(escalation) && (!IsBegun(next) || IsBefore(escalation, next, otherwise: Revisions >= most));
            if (!isEscalation && !IsBegun(next))
            {
                break;
            }

            HasEscalation |= isEscalation;
            Revisions += isEscalation ? 0 : 1;
            found.Add(isEscalation ? escalation : next);
        }

        All = found.ToImmutable();

        FollowUpRound Round(string ending) => new(ending, names.Of(work.Origin, ending), [.. work.Checks.Select(c => names.Of(c, ending))]);
    }

    /// <summary>The first work, and the rounds after it.</summary>
    public ImmutableArray<FollowUpRound> All { get; }

    /// <summary>How many rounds are numbered ones.</summary>
    public int Revisions { get; private set; }

    /// <summary>True when the escalation coder has begun.</summary>
    public bool HasEscalation { get; private set; }

    public FollowUpRound Last => All[^1];

    /// <summary>True while a task of a round is under way, or one of the last round is still to be made.</summary>
    public bool IsUnderWay => All.Skip(1).Any(r => r == Last ? !HasEnded(r) : IsRunning(r));

    /// <summary>The newest round whose work has ended; the first work has.</summary>
    public FollowUpRound LastEnded => All.Last(r => r.Ending.Length == 0 || ((r != Last || HasEnded(r)) && !IsRunning(r)));

    /// <summary>Place of the newest round that ended on target; the first work did.</summary>
    public int LastOnTarget => Enumerable.Range(0, All.Length).Last(n => n == 0 || IsOnTarget(All[n]));

    /// <summary>The newest commit that its steps made; null when nobody says.</summary>
    public string? Commit => Commits.LastOrDefault();

    /// <summary>True when the forge shows a commit that a later one of its steps has taken the place of.</summary>
    public bool IsEarlier(string commit) => commit != Commit && Commits.Contains(commit);

    public bool IsOnTarget(FollowUpRound round) => _results(round.Code).IsOnTarget && round.Checks.All(c => _results(c).IsOnTarget);

    /// <summary>The steps of a round that ended short of their target, with how.</summary>
    public ImmutableArray<(string Step, StepResult Result)> ShortOf(FollowUpRound round) =>
        [.. round.Checks.Prepend(round.Code).Select(s => (Step: s, Result: _results(s))).Where(s => RetryRule.FellShort(s.Result))];

    /// <summary>When the tasks of a round were made; null for the first work.</summary>
    public DateTimeOffset? BeganAt(FollowUpRound round) => round.Ending.Length == 0 ? null : _results(round.Code).CreatedAt ?? _results(round.Code).FinishedAt;

    /// <summary>What of reviews a round answered: those submitted until then; null for the first work.</summary>
    public DateTimeOffset? AnsweredUntil(FollowUpRound round) => round.Ending.Length == 0 ? null : _results(round.Code).ReviewsUntil ?? BeganAt(round);

    /// <summary>True when nothing of the Workload's budget was left for a round.</summary>
    public bool WasDeniedBudget(FollowUpRound round) => round.Ending.Length > 0
        && round.Checks.Prepend(round.Code).Select(_results).Any(r => r.IsDeniedBudget);

    private IEnumerable<string> Commits => All.Select(r => _results(r.Code).CommitSHA).OfType<string>();

    private bool IsBegun(FollowUpRound round) => round.Checks.Prepend(round.Code).Any(s => FollowUpNames.IsMade(s, _results));

    // The spec may have changed since, so what it allows now does not say which of two was begun first.
    private bool IsBefore(FollowUpRound round, FollowUpRound other, bool otherwise) =>
        (FirstTime(round), FirstTime(other)) is ({ } began, { } otherBegan) && began != otherBegan ? began < otherBegan : otherwise;

    private DateTimeOffset? FirstTime(FollowUpRound round) => round.Checks.Prepend(round.Code).Select(_results).Select(r => r.CreatedAt ?? r.FinishedAt).Min();

    private bool IsRunning(FollowUpRound round) => round.Checks.Prepend(round.Code).Any(s => FollowUpNames.IsMade(s, _results) && !_results(s).HasEnded);

    // Where nothing was written, nothing is left to check.
    private bool HasEnded(FollowUpRound round) =>
        _results(round.Code) is { HasEnded: true } code && round.Checks.All(c => _results(c).HasEnded || (!code.IsOnTarget && !FollowUpNames.IsMade(c, _results)));
}
