using System.Text.Json.Nodes;
using Foreman.Api;

namespace Foreman.Operator.DemoModel;

/// <summary>A response of the demo model: a call of one tool, or text when the tool is not offered.</summary>
/// <param name="Content">Text; empty beside a call.</param>
/// <param name="Tool">The tool to call, null for none.</param>
/// <param name="Arguments">The call's arguments, properties in the order of the tools' schemas.</param>
internal sealed record DemoAnswer(string Content, string? Tool = null, JsonObject? Arguments = null)
{
    /// <summary>The scripted response: it supports one form of goal, and calls only offered tools.</summary>
    internal static DemoAnswer For(DemoChat chat)
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
