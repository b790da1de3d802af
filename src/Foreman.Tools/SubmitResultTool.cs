using System.Text;
using System.Text.Json;
using Foreman.Api;
using Foreman.Primitives;

namespace Foreman.Tools;

/// <summary><c>submit_result</c>: the model's own end of the run.</summary>
internal sealed class SubmitResultTool : ITool
{
    internal const int MaxSummaryBytes = 280;

    /// <summary>A result lies in the task's status, which is small.</summary>
    internal const int MaxExtraBytes = 16 << 10;

    public ToolDefinition Definition { get; } = new(
        KnownTools.SubmitResult,
        "End the task with its result. GO: the task is done. NO-GO: it can't or should not be done. ERROR: something broke. Call it exactly once, as the last call.",
        """{"type":"object","properties":{"verdict":{"type":"string","enum":["GO","NO-GO","ERROR"]},"summary":{"type":"string","description":"one sentence, at most 280 bytes"},"commit_message":{"type":"string","description":"for the changes that were made; empty when there are none"},"extra":{"type":"object","description":"anything else worth keeping; with NO-GO, when only a person can decide how to go on, the question to that person as text in question"}},"required":["verdict","summary","commit_message"],"additionalProperties":false}""");

    public ValueTask<ToolOutcome> RunAsync(JsonElement arguments, ToolContext context, ToolBudget budget) =>
        ValueTask.FromResult(Run(arguments));

    private static ToolOutcome Run(JsonElement arguments)
    {
        var given = new ToolArguments(KnownTools.SubmitResult, arguments, "verdict", "summary", "commit_message", "extra");
        var verdict = VerdictOf(given);

        // Nothing is committed after a NO-GO or an ERROR, so a missing message loses nothing there.
        var message = verdict is "GO" ? given.Text("commit_message") : given.OptionalText("commit_message") ?? "";
        return Accepted(verdict, given.Text("summary"), message, given.OptionalObject("extra"));
    }

    /// <summary>The verdict.</summary>
    /// <exception cref="ToolArgumentException">It is none.</exception>
    internal static string VerdictOf(ToolArguments given) => given.Text("verdict") is ("GO" or "NO-GO" or "ERROR") and var verdict
        ? verdict
        : throw new ToolArgumentException($"verdict `{Printable.Line(given.Text("verdict"), 40)}` is not one of GO, NO-GO, ERROR");

    /// <summary>The end of the run.</summary>
    /// <exception cref="ToolArgumentException">There is too much in it.</exception>
    internal static ToolOutcome Accepted(string verdict, string summary, string message, JsonElement? extra)
    {
        if (extra is { } value && Encoding.UTF8.GetByteCount(value.GetRawText()) > MaxExtraBytes)
        {
            throw new ToolArgumentException($"extra is larger than {MaxExtraBytes} bytes; write long texts to a file");
        }

        // The words go to terminals and commit logs as they stand: nothing in them may steer either.
        var line = Printable.CutToBytes(Printable.Text(summary).ReplaceLineEndings(" ").Trim(), MaxSummaryBytes);
        return new ToolOutcome("result accepted") { Submission = new Submission(verdict, line, Printable.Text(message), extra) };
    }
}
