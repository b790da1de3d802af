using Foreman.Api;

namespace Foreman.Workloads;

/// <summary>
/// What of a Workload's budget is spent, promised and free. A task gets a part of what is free as its own budget before it
/// starts; so tasks that run side by side can't use more together than there is. Pure.
/// </summary>
internal sealed class BudgetLedger
{
    // A coder reads and writes where a reviewer reads.
    private const int CoderWeight = 3;

    private readonly WorkloadBudget? _budget;
    private long _tokens;
    private long _seconds;
    private long _promised;
    private long _weight;

    private BudgetLedger(WorkloadBudget? budget) =>
        (_budget, _tokens, _seconds) = (budget, budget?.Tokens ?? long.MaxValue, budget?.Seconds ?? long.MaxValue);

    /// <summary>The ledger as tasks and results have it.</summary>
    /// <param name="spec">Spec of the Workload.</param>
    /// <param name="steps">Steps that count or may count, each with its task, if that is there.</param>
    public static BudgetLedger Of(WorkloadSpec spec, IEnumerable<(Step Step, StepResult Result, AgenticTask? Task)> steps)
    {
        var ledger = new BudgetLedger(spec.Budget is { Tokens: not null } or { Seconds: not null } ? spec.Budget : null);
        if (ledger._budget is null)
        {
            return ledger;
        }

        foreach (var (step, result, task) in steps.Where(s => ledger.Applies(s.Step.Kind)))
        {
            ledger.Enter(step, result, task);
        }

        return ledger;
    }

    /// <summary>True when nothing is free for a task of a kind, and nothing that is promised can come back.</summary>
    public bool IsExhausted(TaskKind kind) => _budget is not null && !IsFree(kind) && _promised == 0;

    /// <summary>True when tasks of a kind need a part of the budget.</summary>
    public bool Applies(TaskKind kind) => _budget is not null && (_budget.Seconds is not null || kind.AsksModel);

    /// <summary>Takes the part of a task out of what is free; null when nothing is.</summary>
    public TaskBudget? Grant(TaskKind kind)
    {
        if (!IsFree(kind))
        {
            return null;
        }

        var weight = WeightOf(kind);
        var all = Math.Max(_weight, weight);
        _weight = Math.Max(0, _weight - weight);
        var tokens = _budget!.Tokens is null || !kind.AsksModel ? (long?)null : Part(_tokens, weight, all);
        var seconds = _budget.Seconds is null ? (long?)null : Part(_seconds, weight, all);
        _tokens -= tokens ?? 0;
        _seconds -= seconds ?? 0;
        _promised++;
        return new() { Tokens = tokens, Seconds = (int?)seconds };
    }

    private bool IsFree(TaskKind kind) => (_tokens > 0 || !kind.AsksModel) && _seconds > 0;

    private static long Part(long free, int weight, long all) => Math.Max(1, free / all * weight + (free % all * weight / all));

    private static int WeightOf(TaskKind kind) => kind == TaskKind.IssueFix || kind == TaskKind.Freeform ? CoderWeight : 1;

    private void Enter(Step step, StepResult result, AgenticTask? task)
    {
        if (result.HasEnded)
        {
            _tokens -= _budget!.Tokens is null ? 0 : (result.Usage?.PromptTokens ?? 0) + (result.Usage?.CompletionTokens ?? 0);
            _seconds -= _budget.Seconds is null ? 0 : result.Usage?.Seconds ?? 0;
        }
        else if (task?.Spec.Budget is { } promised)
        {
            _tokens -= _budget!.Tokens is null ? 0 : promised.Tokens ?? 0;
            _seconds -= _budget.Seconds is null ? 0 : promised.Seconds ?? 0;
            _promised++;
        }
        else
        {
            _weight += WeightOf(step.Kind);
        }
    }
}
