using System.Globalization;
using System.Text.RegularExpressions;
using Foreman.Api;

namespace Foreman.Operator.Dispatch;

/// <summary>What of a request can't be. Pure.</summary>
internal static partial class DispatchRules
{
    private const int MaxPromptLength = 262144;

    /// <summary>All that can't be, a sentence each; nothing when the request is sound.</summary>
    public static IEnumerable<string> Faults(DispatchRequest request)
    {
        if (request.Name is { } name && !Names().IsMatch(name))
        {
            yield return $"--name: `{name}` is not valid: expected small letters, digits and dashes, at most 63";
        }

        if (request.Batch is { } batch)
        {
            foreach (var fault in BatchRules.Faults(request, batch))
            {
                yield return fault;
            }

            yield break;
        }

        if (request.OnlyLooks)
        {
            if (request.Name is null)
            {
                yield return "nothing to do: give the number of an issue with --repo, or say with --prompt what is to be done; --name alone looks at a task again";
            }
            else if (OfWork(request).ToArray() is { Length: > 0 } flags)
            {
                yield return $"{string.Join(", ", flags)}: --name alone looks at a task again; give the number of an issue or --prompt too, for a new one";
            }

            yield break;
        }

        foreach (var fault in FaultsOfWork(request).Concat(FaultsOfLooks(request)).Concat(FaultsOfSeveral(request)))
        {
            yield return fault;
        }
    }

    // What would silently be left out when a task is only looked at.
    private static IEnumerable<string> OfWork(DispatchRequest request) => new (string Flag, bool IsGiven)[]
    {
        ("--kind", request.Kind != TaskKind.Freeform),
        ("--base", request.Base is not null),
        ("--branch", request.Branch is not null),
        ("--branch-prefix", request.BranchPrefix is not null),
        ("--overwrite", request.Overwrite),
        ("--open-pull-request", request.OpenPullRequest is not null),
        ("--gate", request.Gate is not null),
        ("--agent", request.Agent is not null),
        ("--model", request.Model is not null),
        ("--timeout", request.TimeoutSeconds is not null),
        ("--queue", request.Queue),
    }.Where(f => f.IsGiven).Select(f => f.Flag);

    private static IEnumerable<string> FaultsOfWork(DispatchRequest request)
    {
        var hasPrompt = !string.IsNullOrWhiteSpace(request.Prompt);
        var looks = request.Kind == TaskKind.Verify || request.Kind == TaskKind.Review;
        if (request.Repo is null && (request.Issues.Count > 0 || request.Kind != TaskKind.Freeform))
        {
            yield return "--repo is missing: give owner/name, an https URL, or . for the clone in this folder";
        }

        if (!hasPrompt && request.Prompt is not null)
        {
            yield return "--prompt is empty: say what is to be done";
        }
        else if (!hasPrompt && (request.Kind == TaskKind.Freeform || (request.Kind == TaskKind.IssueFix && request.Issues.Count == 0)))
        {
            yield return "--prompt is missing: say what is to be done";
        }
        else if (!hasPrompt && request.IsLocal && request.Kind == TaskKind.IssueFix)
        {
            yield return "--prompt is missing: a folder has no issues to read, so say what is to be done; the number only names the branch";
        }

        if (request.Prompt?.Length > MaxPromptLength)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"--prompt: it has {request.Prompt.Length} characters, and {MaxPromptLength} is the most");
        }

        if (looks && request.Branch is null)
        {
            yield return $"--branch is missing: a task of kind {request.Kind} looks at a branch";
        }

        if (request.IsLocal && request.OpenPullRequest == true)
        {
            yield return "--open-pull-request: a folder has no forge to open a pull request on";
        }

        if (request.Kind == TaskKind.Verify && request.OpenPullRequest == true)
        {
            yield return "--open-pull-request: a task of kind verify makes no change";
        }
    }

    // The scheduler refuses these in the task; here they are told by their flags.
    private static IEnumerable<string> FaultsOfLooks(DispatchRequest request)
    {
        if (request.Kind == TaskKind.Verify && !string.IsNullOrWhiteSpace(request.Prompt))
        {
            yield return "--prompt: a task of kind verify asks no model";
        }

        if (request.Kind != TaskKind.Verify && request.Kind != TaskKind.Review)
        {
            yield break;
        }

        if (request.Overwrite)
        {
            yield return $"--overwrite: a task of kind {request.Kind} pushes nothing";
        }

        if (request.BranchPrefix is not null)
        {
            yield return $"--branch-prefix: a task of kind {request.Kind} begins no branch";
        }
    }

    private static IEnumerable<string> FaultsOfSeveral(DispatchRequest request)
    {
        if (request.Issues.Count > DispatchRequest.MaxIssues)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{request.Issues.Count} issues are given, and {DispatchRequest.MaxIssues} is the most");
        }

        if (request.Issues.Distinct().Count() != request.Issues.Count)
        {
            yield return "an issue is given twice";
        }

        if (request.Issues.Count > 1 && request.Name is not null)
        {
            yield return "--name: several issues have tasks of their own, which are named after them";
        }

        if (request.Issues.Count > 1 && request.Branch is not null)
        {
            yield return "--branch: several issues have branches of their own; use --branch-prefix";
        }
    }

    [GeneratedRegex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\z")]
    private static partial Regex Names();
}
