using System.CommandLine;
using System.Globalization;
using Foreman.Hosting;
using Foreman.Operator.Cli;
using Foreman.Workloads;

namespace Foreman.Operator.Dispatch;

/// <summary>The flags of <c>dispatch --issues</c> and <c>dispatch --intent</c>, and what they say.</summary>
internal static class BatchFlags
{
    private static readonly Option<string[]> Issues = new("--issues") { Description = "Numbers of issues with commas between: one Workload of all of them, 1000 at most, each with a coder, checks, reviews and revisions", HelpName = "N,N" };
    private static readonly Option<string?> Intent = new("--intent") { Description = "What the work is for; - reads it from standard input. Alone: one Workload whose steps a planner proposes. With --issues: narrows what they say", HelpName = "TEXT" };
    private static readonly Option<string?> PlannerModel = new("--planner-model") { Description = "With --intent alone: model that plans. Default: that of the only Agent of role planner in the namespace", HelpName = "NAME" };
    private static readonly Option<bool> Suspend = new("--suspend") { Description = "With --intent alone: only plan, so that people look first; --wait then waits for the plan" };
    private static readonly Option<string?> Coder = new("--coder") { Description = "With --issues: Agent that writes. Default: the only one of role coder in the namespace", HelpName = "NAME" };
    private static readonly Option<string?> Verifier = new("--verifier") { Description = "With --issues: Agent that runs the checks. Default: the only one of role verifier, if there is one", HelpName = "NAME" };
    private static readonly Option<bool> NoVerifier = new("--no-verifier") { Description = "With --issues: no verifier, although there is one" };
    private static readonly Option<string[]> Reviewer = new("--reviewer") { Description = "With --issues: Agent that reviews; may be repeated. Default: the only one of role reviewer, if there is one", HelpName = "NAME" };
    private static readonly Option<bool> NoReviewer = new("--no-reviewer") { Description = "With --issues: no reviewer, although there is one; the coder opens the pull request then" };
    private static readonly Option<string?> RevisionCoder = new("--revision-coder") { Description = "With --issues: Agent that revises after a review that refused. Default: the coder", HelpName = "NAME" };
    private static readonly Option<string?> EscalationCoder = new("--escalation-coder") { Description = "With --issues: Agent that begins anew where the coder could not do it, or did not come to an end", HelpName = "NAME" };
    private static readonly Option<string[]> EscalationReviewer = new("--escalation-reviewer") { Description = "With --issues: Agent that reviews after a refusal that no revision follows; may be repeated", HelpName = "NAME" };
    private static readonly Option<string?> MaxReviews = new("--max-reviews") { Description = "With --issues: most rounds of revision of an issue, 0 to 20. Default: 1", HelpName = "NUMBER" };
    private static readonly Option<string?> MaxTasks = new("--max-tasks") { Description = "With --issues or --intent: most tasks, revisions, escalations and the planning counted. Default: no limit", HelpName = "NUMBER" };
    private static readonly Option<string?> BudgetTokens = new("--budget-tokens") { Description = "With --issues or --intent: tokens that all tasks together may use. Default: no limit", HelpName = "NUMBER" };
    private static readonly Option<string?> BudgetTime = new("--budget-time") { Description = "With --issues or --intent: time that all tasks together may run, those side by side added up. Default: no limit", HelpName = "DURATION" };

    /// <summary>All of them, in the order of the help.</summary>
    public static IReadOnlyList<Option> All { get; } =
    [
        Issues, Intent, PlannerModel, Suspend, Coder, Verifier, NoVerifier, Reviewer, NoReviewer, RevisionCoder, EscalationCoder, EscalationReviewer,
        MaxReviews, MaxTasks, BudgetTokens, BudgetTime,
    ];

    /// <summary>Reads them; null when none is given.</summary>
    /// <exception cref="ExitException">A value can't be.</exception>
    public static BatchRequest? Read(ParseResult parsed) => !All.Any(o => parsed.GetResult(o) is { Implicit: false }) ? null : new BatchRequest
    {
        Issues = [.. (parsed.GetValue(Issues) ?? []).SelectMany(t => t.Split(',', StringSplitOptions.TrimEntries)).Select(t => DispatchFlags.Issue(t, Issues.Name))],
        Intent = parsed.GetValue(Intent),
        PlannerModel = parsed.GetValue(PlannerModel) is { } model && string.IsNullOrWhiteSpace(model)
            ? throw UsageError.Invalid(PlannerModel.Name, model, "the name of a model")
            : parsed.GetValue(PlannerModel),
        Suspend = parsed.GetValue(Suspend),
        Coder = Agent(Coder.Name, parsed.GetValue(Coder)),
        Verifier = Agent(Verifier.Name, parsed.GetValue(Verifier)),
        NoVerifier = parsed.GetValue(NoVerifier),
        Reviewers = [.. (parsed.GetValue(Reviewer) ?? []).Select(n => Agent(Reviewer.Name, n)!)],
        NoReviewer = parsed.GetValue(NoReviewer),
        RevisionCoder = Agent(RevisionCoder.Name, parsed.GetValue(RevisionCoder)),
        EscalationCoder = Agent(EscalationCoder.Name, parsed.GetValue(EscalationCoder)),
        EscalationReviewers = [.. (parsed.GetValue(EscalationReviewer) ?? []).Select(n => Agent(EscalationReviewer.Name, n)!)],
        MaxReviews = (int?)Number(MaxReviews.Name, parsed.GetValue(MaxReviews), 0, IssueBatch.MaxRounds),
        MaxTasks = (int?)Number(MaxTasks.Name, parsed.GetValue(MaxTasks), 1, int.MaxValue),
        BudgetTokens = Number(BudgetTokens.Name, parsed.GetValue(BudgetTokens), 1, long.MaxValue),
        BudgetSeconds = DispatchFlags.Seconds(BudgetTime.Name, parsed.GetValue(BudgetTime)),
    };

    // An empty reference means nobody in a manifest, and would silently be that here.
    private static string? Agent(string option, string? name) =>
        string.IsNullOrWhiteSpace(name) && name is not null ? throw UsageError.Invalid(option, name, "the name of an Agent") : name;

    private static long? Number(string option, string? text, long least, long most) => text is null ? null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number
        : throw UsageError.Invalid(
            option, text, string.Create(CultureInfo.InvariantCulture, $"a number from {least}{(most < int.MaxValue ? $" to {most}" : "")}"));
}
