using System.Globalization;
using Foreman.Api;

namespace Foreman.Workloads;

/// <summary>The texts of a payload that may hold references to other steps. Pure.</summary>
internal static class PayloadTexts
{
    /// <summary>Most characters of a prompt, as the API bounds it.</summary>
    public const int MaxPrompt = 262144;

    /// <summary>The texts, each with the name of its field.</summary>
    public static IEnumerable<(string Field, string Text)> Of(TaskPayload payload)
    {
        var found = new List<(string, string)>();
        Map(payload, (field, text) =>
        {
            found.Add((field, text));
            return text;
        });
        return found;
    }

    /// <summary>True when no text has a reference or an escape. Asked of every step in every decision, so it makes nothing.</summary>
    public static bool ArePlain(TaskPayload payload) =>
        ReferenceText.IsPlain(payload.Prompt) && ReferenceText.IsPlain(payload.Repo) && ReferenceText.IsPlain(payload.Branch) && ReferenceText.IsPlain(payload.BaseBranch)
        && ReferenceText.IsPlain(payload.BranchPrefix) && ReferenceText.IsPlain(payload.ReviseFromBranch) && ReferenceText.IsPlain(payload.PromptPrefix)
        && ReferenceText.IsPlain(payload.Contract)
        && (payload is { GateAdvisories: null or { Count: 0 }, Slices: null or { Count: 0 }, Inputs: null or { Count: 0 } } || Of(payload).All(t => ReferenceText.IsPlain(t.Text)));

    /// <summary>The payload with each text replaced.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="change">Field and text to the new text.</param>
    public static TaskPayload Map(TaskPayload payload, Func<string, string, string> change) => payload with
    {
        Repo = One("repo", payload.Repo, change),
        Branch = One("branch", payload.Branch, change),
        BaseBranch = One("baseBranch", payload.BaseBranch, change),
        BranchPrefix = One("branchPrefix", payload.BranchPrefix, change),
        ReviseFromBranch = One("reviseFromBranch", payload.ReviseFromBranch, change),
        Prompt = One("prompt", payload.Prompt, change),
        PromptPrefix = One("promptPrefix", payload.PromptPrefix, change),
        Contract = One("contract", payload.Contract, change),
        GateAdvisories = payload.GateAdvisories is { Count: > 0 } advisories
            ? [.. advisories.Select(a => a with { Detail = One("gateAdvisories.detail", a.Detail, change) })]
            : payload.GateAdvisories,
        Slices = payload.Slices is { Count: > 0 } slices
            ? [.. slices.Select(s => s with { Branch = One($"slices.{s.Name}.branch", s.Branch, change) })]
            : payload.Slices,
        Inputs = payload.Inputs is { Count: > 0 } inputs
            ? [.. inputs.Select((input, index) => Input(input, string.Create(CultureInfo.InvariantCulture, $"inputs[{index}]"), change))]
            : payload.Inputs,
    };

    private static TaskInput Input(TaskInput input, string at, Func<string, string, string> change) => input with
    {
        Path = change($"{at}.path", input.Path),
        Url = One($"{at}.url", input.Url, change),
        FromTask = input.FromTask is { } source ? source with { Path = change($"{at}.fromTask.path", source.Path) } : null,
    };

    private static string? One(string field, string? text, Func<string, string, string> change) => text is null ? null : change(field, text);
}
