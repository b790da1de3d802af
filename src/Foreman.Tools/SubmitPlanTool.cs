using System.Text.Json;
using Foreman.Api;

namespace Foreman.Tools;

/// <summary><c>submit_result</c> of a run that plans: the result has a plan, which whoever asked for it checks.</summary>
internal sealed class SubmitPlanTool : ITool
{
    // A plan is often submitted in the place of the result that it belongs into.
    private static readonly string[] Fields = ["plan", "steps"];

    /// <summary>The tool has no state.</summary>
    internal static SubmitPlanTool Instance { get; } = new();

    public ToolDefinition Definition { get; } = new(
        KnownTools.SubmitResult,
        "End the planning with its result. GO: the plan is in extra. NO-GO: the goal can't be planned; say in the summary why. ERROR: something broke. Call it exactly once, as the last call.",
        $$$"""{"type":"object","properties":{"verdict":{"type":"string","enum":["GO","NO-GO","ERROR"]},"summary":{"type":"string","description":"one sentence, at most 280 bytes"},"extra":{{{PlanSchema.Extra}}},"commit_message":{"type":"string","description":"leave it out"}},"required":["verdict","summary"],"additionalProperties":false}""");

    public ValueTask<ToolOutcome> RunAsync(JsonElement arguments, ToolContext context, ToolBudget budget) =>
        ValueTask.FromResult(Run(arguments));

    private static ToolOutcome Run(JsonElement arguments)
    {
        var given = new ToolArguments(KnownTools.SubmitResult, arguments, ["verdict", "summary", "commit_message", "extra", .. Fields]);
        return SubmitResultTool.Accepted(SubmitResultTool.VerdictOf(given), given.Text("summary"), "", SubmittedExtra.Of(given, arguments, Fields, "plan"));
    }
}
