using System.Text.Json;
using Foreman.Api;
using Foreman.Git.Forges;

namespace Foreman.Tools.Forges;

/// <summary><c>fetch_issue</c>: an issue and its comments, read with the host's token, which the model does not see.</summary>
internal sealed class FetchIssueTool : ITool
{
    /// <summary>How a repository and a number are asked for.</summary>
    internal const string Parameters =
        """{"type":"object","properties":{"repo":{"type":"string","description":"owner/name, or the URL of the repository"},"number":{"type":"integer","minimum":1}},"required":["repo","number"],"additionalProperties":false}""";

    public ToolDefinition Definition { get; } = new(
        KnownTools.FetchIssue, "Read an issue of a repository: title, state, labels, at most 16 KiB of its text, and its newest comments.", Parameters);

    public ToolLimits Limits { get; } = FetchLimits.Output;

    public TimeSpan DeadlineIn(ToolSettings settings) => FetchLimits.Deadline(settings);

    public async ValueTask<ToolOutcome> RunAsync(JsonElement arguments, ToolContext context, ToolBudget budget)
    {
        var (forges, repository, number) = FetchLimits.Read(KnownTools.FetchIssue, arguments, context);
        var result = await forges.ReadIssueAsync(repository, number, budget.Stop).ConfigureAwait(false);
        return result.Value is { } issue ? new ToolOutcome(ForgeText.Of(issue)) : ToolOutcome.Error(FetchLimits.Advice(result.Error!));
    }
}

/// <summary>What both tools that read from forges share.</summary>
internal static class FetchLimits
{
    /// <summary>A diff of 64 KiB, texts and comments of 32, and the list of files.</summary>
    internal static ToolLimits Output { get; } = new(160 << 10);

    /// <summary>A forge is several calls, and may ask to wait.</summary>
    internal static TimeSpan Deadline(ToolSettings settings) => settings.Timeout > Longest ? settings.Timeout : Longest;

    private static TimeSpan Longest { get; } = TimeSpan.FromSeconds(60);

    /// <summary>The arguments, and where they are asked for.</summary>
    /// <exception cref="ToolArgumentException">They don't fit the schema, or this host reads from no forge.</exception>
    internal static (ForgeAccess Forges, string Repository, int Number) Read(string tool, JsonElement arguments, ToolContext context)
    {
        var given = new ToolArguments(tool, arguments, "repo", "number");
        var repository = given.Text("repo");
        var number = given.OptionalInteger("number", 1) ?? throw new ToolArgumentException($"{tool} needs the argument `number`");
        return context.Settings.Forges is { } forges
            ? (forges, repository, number)
            : throw new ToolArgumentException($"{tool} does not work on this host, which reads from no forge; go another way");
    }

    /// <summary>What a model is told.</summary>
    internal static string Advice(ForgeError error) => error.Kind switch
    {
        ForgeErrorKind.NotFound => $"{error.Message}; check repo and number",
        ForgeErrorKind.Unreachable or ForgeErrorKind.RateLimited => $"{error.Message}; go on without it, or try once more later",
        _ => error.Message,
    };
}
