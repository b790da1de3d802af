using System.Text.Json.Nodes;
using Foreman.Api;

namespace Foreman.Operator.DemoModel;

/// <summary>A response of the demo model: a call of one tool, or text when the tool is not offered.</summary>
/// <param name="Content">Text; empty beside a call.</param>
/// <param name="Tool">The tool to call, null for none.</param>
/// <param name="Arguments">The call's arguments, properties in the order of the tools' schemas.</param>
internal sealed record DemoAnswer(string Content, string? Tool = null, JsonObject? Arguments = null)
{
    private const string Succeeded = "exit code: 0";

    /// <summary>The scripted response: the next step that has no result yet, and at the end what the last one came to. It calls only offered tools.</summary>
    internal static DemoAnswer For(DemoChat chat)
    {
        if (DemoPlan.Of(chat.Prompt) is { } plan)
        {
            return Submit(chat, "GO", "a step for each sentence of the goal", "", plan);
        }

        var steps = DemoGoal.Read(chat.Prompt);
        if (steps.Count == 0)
        {
            return Submit(chat, "NO-GO", $"unknown goal; the demo model understands only: {DemoGoal.Forms}", "");
        }

        if (chat.LastResult?.StartsWith("error", StringComparison.Ordinal) is true)
        {
            return Submit(chat, "ERROR", $"tool failed: {chat.LastResult.Split('\n')[0]}", "");
        }

        if (chat.Results >= steps.Count)
        {
            return Submit(chat, steps, chat.LastResult ?? "");
        }

        var next = steps[chat.Results];
        return chat.Tools.Contains(next.Tool)
            ? new DemoAnswer("", next.Tool, next.Arguments)
            : Submit(chat, "NO-GO", $"the tool {next.Tool} is not offered", "");
    }

    // A command that fails on the way is what the next step may mend; only the last one decides.
    private static DemoAnswer Submit(DemoChat chat, IReadOnlyList<DemoStep> steps, string result)
    {
        var last = steps[^1];
        var commit = steps.LastOrDefault(s => s.Tool != KnownTools.Bash) is { } file ? $"{(file.Tool == KnownTools.WriteFile ? "Add" : "Edit")} {file.Subject}" : "";
        var extra = DemoGoal.Outputs(chat.Prompt) is { } outputs ? new JsonObject { ["outputs"] = outputs } : null;
        return last.Tool switch
        {
            KnownTools.WriteFile => Submit(chat, "GO", $"wrote {last.Subject}", commit, extra),
            KnownTools.StrReplace => Submit(chat, "GO", $"edited {last.Subject}", commit, extra),
            _ when result.Split('\n')[^1] == Succeeded => Submit(chat, "GO", $"the command succeeded: {last.Subject}", commit, extra),
            _ => Submit(chat, "NO-GO", $"the command failed: {last.Subject}", ""),
        };
    }

    private static DemoAnswer Submit(DemoChat chat, string verdict, string summary, string commitMessage, JsonObject? extra = null)
    {
        if (!chat.Tools.Contains(KnownTools.SubmitResult))
        {
            return new DemoAnswer($"{verdict}: {summary}");
        }

        var arguments = new JsonObject { ["verdict"] = verdict, ["summary"] = summary, ["commit_message"] = commitMessage };
        if (extra is not null)
        {
            arguments["extra"] = extra;
        }

        return new DemoAnswer("", KnownTools.SubmitResult, arguments);
    }
}
