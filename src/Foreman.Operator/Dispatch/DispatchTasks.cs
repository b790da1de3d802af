using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Foreman.Api;

namespace Foreman.Operator.Dispatch;

/// <summary>The tasks of a request. Pure.</summary>
internal static partial class DispatchTasks
{
    private const int MaxNameLength = 63;
    private const int MarkLength = 6;

    /// <summary>One task for each issue, or one for the prompt.</summary>
    public static IReadOnlyList<AgenticTask> Of(DispatchRequest request, string space) =>
        request.Issues.Count == 0 ? [One(request, null, space)] : [.. request.Issues.Select(i => One(request, i, space))];

    private static AgenticTask One(DispatchRequest request, int? issue, string space) => new()
    {
        Metadata = new() { Name = request.Name ?? NameOf(request, issue), NamespaceProperty = space },
        Spec = new()
        {
            Kind = request.Kind,
            AgentRef = request.Agent is { } agent ? new LocalObjectReference { Name = agent } : null,
            ModelRef = request.Model,
            TimeoutSeconds = request.TimeoutSeconds,
            GateProfile = request.Gate,
            Payload = new()
            {
                Repo = request.Repo,
                Issue = issue,
                Prompt = request.Prompt,
                BaseBranch = request.Base,
                Branch = request.Branch,
                BranchPrefix = request.BranchPrefix,
                AllowOverwrite = request.Overwrite ? true : null,
                OpenPullRequest = OpensPullRequest(request),
            },
        },
    };

    // What only looks at a branch has nothing to open unless it is told so, and a folder has no forge.
    private static bool? OpensPullRequest(DispatchRequest request) =>
        request.OpenPullRequest ?? (request.Repo is null || (request.Kind != TaskKind.IssueFix && request.Kind != TaskKind.Freeform) ? null : !request.IsLocal);

    // The same issue of the same repository is one task, so that two calls don't work on one branch.
    private static string NameOf(DispatchRequest request, int? issue)
    {
        var kind = request.Kind == TaskKind.IssueFix || request.Kind == TaskKind.Freeform ? "issue" : request.Kind.Value;
        var end = issue is { } number
            ? string.Create(CultureInfo.InvariantCulture, $"{kind}-{number}")
            : string.Create(CultureInfo.InvariantCulture, $"{(kind == "issue" ? "" : kind + "-")}{request.Now.UtcDateTime:yyyyMMdd-HHmmss}-{MarkOf(request)}");
        return Joined(request.RepoName, end, MaxNameLength);
    }

    /// <summary>A name from a repository's and an end, such as <c>o-r-issue-42</c>.</summary>
    /// <param name="repo">The repository's name, any text; null for none.</param>
    /// <param name="end">The end, itself fit for a name.</param>
    /// <param name="most">Characters that the whole may have, more than the end's.</param>
    internal static string Joined(string? repo, string end, int most)
    {
        var begin = NotInNames().Replace((repo ?? "task").ToLowerInvariant(), "-").Trim('-');
        begin = begin[..Math.Min(begin.Length, most - end.Length - 1)].TrimEnd('-');
        return begin.Length == 0 ? $"task-{end}" : $"{begin}-{end}";
    }

    // Two prompts of one second are two tasks.
    private static string MarkOf(DispatchRequest request) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{request.Repo}\0{request.Prompt}\0{request.Branch}")))[..MarkLength];

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex NotInNames();
}
