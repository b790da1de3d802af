using System.Text.Json.Nodes;
using Foreman.Api;

namespace Foreman.Operator.DemoModel;

/// <summary>What the demo model answers: a call of one tool, or plain text when there is no tool for it.</summary>
/// <param name="Content">Text; empty beside a call.</param>
/// <param name="Tool">The tool to call, null for none.</param>
/// <param name="Arguments">The call's arguments, properties in the order of the tools' schemas.</param>
internal sealed record DemoAnswer(string Content, string? Tool = null, JsonObject? Arguments = null)
{
    /// <summary>Decides. It is a script, not a language model: one goal form, one way through it, no tool that is not offered.</summary>
    internal static DemoAnswer To(DemoChat chat)
    {
        if (DemoGoal.Read(chat.Prompt) is not { } goal)
        {
            return Submit(chat, "NO-GO", $"unknown goal; the demo model understands only: {DemoGoal.Form}", "");
        }

        if (chat.LastResult is { } result)
        {
            return result.StartsWith("error", StringComparison.Ordinal)
                ? Submit(chat, "ERROR", $"tool failed: {result.Split('\n')[0]}", "")
                : Submit(chat, "GO", $"wrote {goal.Name}", $"Add {goal.Name}");
        }

        return chat.Tools.Contains(KnownTools.WriteFile)
            ? new DemoAnswer("", KnownTools.WriteFile, new JsonObject { ["path"] = goal.Name, ["content"] = goal.Text })
            : Submit(chat, "NO-GO", $"the tool {KnownTools.WriteFile} is not offered", "");
    }

    private static DemoAnswer Submit(DemoChat chat, string verdict, string summary, string commitMessage) => chat.Tools.Contains(KnownTools.SubmitResult)
        ? new DemoAnswer("", KnownTools.SubmitResult, new JsonObject { ["verdict"] = verdict, ["summary"] = summary, ["commit_message"] = commitMessage })
        : new DemoAnswer($"{verdict}: {summary}");
}
