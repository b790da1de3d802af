using Foreman.Git.Forges.Http;

namespace Foreman.Git.Forges.GitHub;

/// <summary>Turns pull requests into drafts and back, which the REST API can't.</summary>
internal static class GitHubDrafts
{
    private const string Ready =
        "mutation($id: ID!) { markPullRequestReadyForReview(input: {pullRequestId: $id}) { pullRequest { isDraft } } }";

    private const string Draft =
        "mutation($id: ID!) { convertPullRequestToDraft(input: {pullRequestId: $id}) { pullRequest { isDraft } } }";

    /// <summary>The GraphQL API: on GitHub Enterprise it lies beside the REST API, not below it.</summary>
    internal static Uri Url(ForgeEndpoint endpoint) =>
        endpoint.Api.AbsolutePath.EndsWith("/api/v3/", StringComparison.Ordinal) ? new Uri(endpoint.Api, "../graphql") : new Uri(endpoint.Api, "graphql");

    /// <summary>Makes one a draft or ready.</summary>
    /// <returns>Whether it is a draft afterwards; as before when the forge does not allow it.</returns>
    internal static async Task<bool> SetAsync(ForgeCalls calls, ForgeEndpoint endpoint, FoundPullRequest found, bool isDraft)
    {
        if (found.NodeId.Length == 0)
        {
            return found.IsDraft;
        }

        try
        {
            var query = new GraphQuery(isDraft ? Draft : Ready, new GraphVariables(found.NodeId));
            var answer = await calls.JsonAsync(ForgeRequest.Write(HttpMethod.Post, Url(endpoint).AbsoluteUri, query, ForgeJson.Default.GraphQuery) with { IsRepeatable = true }).ConfigureAwait(false);
            string name = isDraft ? "convertPullRequestToDraft" : "markPullRequestReadyForReview";
            return answer.Has("data", name, "pullRequest") ? answer.FlagAt("data", name, "pullRequest", "isDraft") : found.IsDraft;
        }
        catch (ForgeException e) when (e.Error.Kind is not (ForgeErrorKind.RateLimited or ForgeErrorKind.Unreachable or ForgeErrorKind.Fenced))
        {
            return found.IsDraft;
        }
    }
}
