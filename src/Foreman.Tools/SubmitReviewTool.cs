using System.Text.Json;
using Foreman.Api;

namespace Foreman.Tools;

/// <summary><c>submit_result</c> of a run that judges a change: the result has findings, each with its place.</summary>
internal sealed class SubmitReviewTool : ITool
{
    private static readonly string[] Fields = ["reviewOutcome", "issueAsk", "filesTouched", "findings"];

    /// <summary>The tool has no state.</summary>
    internal static SubmitReviewTool Instance { get; } = new();

    public ToolDefinition Definition { get; } = new(
        KnownTools.SubmitResult,
        "End the review with its verdict. GO: the change can be taken. NO-GO: it must not be taken as it is; give a finding of severity blocker or major with the file and a line that the change touched. ERROR: it could not be reviewed. Call it exactly once, as the last call.",
        """{"type":"object","properties":{"verdict":{"type":"string","enum":["GO","NO-GO","ERROR"]},"summary":{"type":"string","description":"one sentence, at most 280 bytes"},"extra":{"type":"object","properties":{"reviewOutcome":{"type":"string","enum":["APPROVE","REQUEST-CHANGES","REJECT"]},"issueAsk":{"type":"string","description":"what the issue asks for, quoted from it"},"filesTouched":{"type":"array","items":{"type":"string"}},"findings":{"type":"array","items":{"type":"object","properties":{"severity":{"type":"string","enum":["blocker","major","minor"]},"file":{"type":"string","description":"path in the workspace"},"line":{"type":"integer","minimum":1,"description":"in the file as it is now"},"message":{"type":"string","description":"what is wrong, and why"},"area":{"type":"string"},"suggestion":{"type":"string"}},"required":["severity","message"]}}}},"commit_message":{"type":"string","description":"leave it out"}},"required":["verdict","summary"],"additionalProperties":false}""");

    public ValueTask<ToolOutcome> RunAsync(JsonElement arguments, ToolContext context, ToolBudget budget) =>
        ValueTask.FromResult(Run(arguments));

    private static ToolOutcome Run(JsonElement arguments)
    {
        var given = new ToolArguments(KnownTools.SubmitResult, arguments, ["verdict", "summary", "commit_message", "extra", .. Fields]);
        return SubmitResultTool.Accepted(SubmitResultTool.VerdictOf(given), given.Text("summary"), "", SubmittedExtra.Of(given, arguments, Fields, "findings"));
    }
}
