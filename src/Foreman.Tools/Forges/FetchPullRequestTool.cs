using System.Text.Json;
using Foreman.Api;

namespace Foreman.Tools.Forges;

/// <summary><c>fetch_pull_request</c>: a pull request with diff, comments and reviews, read with the host's token, which the model does not see.</summary>
internal sealed class FetchPullRequestTool : ITool
{
    public ToolDefinition Definition { get; } = new(
        KnownTools.FetchPullRequest,
        "Read a pull request (merge request) of a repository: its text, changed files, reviews, newest comments, and at most 64 KiB of its diff.",
        FetchIssueTool.Parameters);

    public ToolLimits Limits { get; } = FetchLimits.Output;

    public TimeSpan DeadlineIn(ToolSettings settings) => FetchLimits.Deadline(settings);

    public async ValueTask<ToolOutcome> RunAsync(JsonElement arguments, ToolContext context, ToolBudget budget)
    {
        var (forges, repository, number) = FetchLimits.Read(KnownTools.FetchPullRequest, arguments, context);
        var result = await forges.ReadPullRequestAsync(repository, number, budget.Stop).ConfigureAwait(false);
        return result.Value is { } pull ? new ToolOutcome(ForgeText.Of(pull)) : ToolOutcome.Error(FetchLimits.Advice(result.Error!));
    }
}
