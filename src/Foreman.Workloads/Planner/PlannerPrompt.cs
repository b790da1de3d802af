using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Foreman.Api;

namespace Foreman.Workloads;

/// <summary>What a planner is asked. Pure.</summary>
internal static class PlannerPrompt
{
    private const int MaxAgents = 40;

    /// <summary>The question.</summary>
    /// <param name="spec">Spec of the Workload.</param>
    /// <param name="limits">What may be proposed.</param>
    /// <param name="errors">What was wrong with the last plan; empty at first.</param>
    public static string Of(WorkloadSpec spec, PlanLimits limits, ImmutableArray<string> errors)
    {
        var text = new StringBuilder("Split this goal into steps that agents can do one by one. Plan only: change nothing, and do none of it yourself.\n\n");
        text.Append("<goal>\n").Append(Intent(spec.Intent)).Append("\n</goal>\n\n");
        text.Append("Submit verdict GO, a summary, and the plan in extra:\n");
        text.Append("""{"plan":{"steps":[{"name":"fix","kind":"issue-fix","agent":"NAME","prompt":"what to do","dependsOn":[],"why":"one sentence"}]}}""");
        text.Append("\n\nRules:\n");
        text.Append(CultureInfo.InvariantCulture, $"- 1 to {limits.MaxSteps} steps; as few as do the work. name: small letters, digits and dashes.\n");
        text.Append(CultureInfo.InvariantCulture, $"- kind is one of {string.Join(", ", PlanSchema.Kinds)}: issue-fix changes a repository, verify runs its checks on a branch, review judges a branch, freeform does what its prompt says.\n");
        text.Append("- dependsOn names steps that must succeed first. when (optional) names verdicts (GO, NO-GO, INCOMPLETE, GATE-PASS, GATE-FAIL) of those steps for which a step is taken instead.\n");
        text.Append("- A prompt is all that its agent is told: say what is to be done, where, and how one sees that it is done. What an earlier step made is ${steps.NAME.branch}, ${steps.NAME.summary}.\n");
        text.Append(limits.Repositories.IsEmpty
            ? "- No repository is named, so all steps are of kind freeform, without repo.\n"
            : $"- repo is one of {string.Join(", ", limits.Repositories)}.\n");
        text.Append(limits.Repositories.All(TaskRepository.IsFolder)
            ? ""
            : "- openPullRequest (optional): true has the step open the pull request of its branch when it ends with GO; give it to the last step of each branch that is no verify.\n");
        text.Append("- You can ask nobody. If the goal can't be planned, submit NO-GO and say in the summary why, and what you lack.\n\nAgents:\n");
        foreach (var agent in limits.Agents.Where(a => a.Value.Spec.Role != AgentRole.Planner).OrderBy(a => a.Key, StringComparer.Ordinal).Take(MaxAgents))
        {
            text.Append(CultureInfo.InvariantCulture, $"- {agent.Key}: role {agent.Value.Spec.Role}, for {string.Join(", ", PlanSchema.Kinds.Where(k => AgentFit.Does(agent.Value, k)))}\n");
        }

        if (!errors.IsEmpty)
        {
            text.Append("\nYour last plan was refused. Submit the whole plan again with these mended:\n");
            foreach (var error in errors)
            {
                text.Append("- ").Append(error).Append('\n');
            }
        }

        return text.ToString();
    }

    // People write goals, but also paste issues into them.
    private static string Intent(string intent) =>
        Texts.Cut(intent, IntentPlanners.MaxIntent).Trim().Replace("</goal", "<\\/goal", StringComparison.OrdinalIgnoreCase);
}
