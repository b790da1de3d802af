using System.Globalization;
using Foreman.Api;
using Foreman.Operator.Live;
using Foreman.Operator.Results;
using Foreman.Operator.Try;
using Foreman.Primitives;

namespace Foreman.Operator.Dispatch;

/// <summary>What is said of a task at its end. Pure.</summary>
internal static class DispatchEnd
{
    private const int ShownSha = 10;

    /// <summary>The lines.</summary>
    /// <param name="task">The task, over.</param>
    /// <param name="hints">What to go on with.</param>
    public static IEnumerable<EndLine> Lines(DispatchedTask task, DispatchHints hints)
    {
        yield return new EndLine("");
        if (task.IsGone)
        {
            yield return new EndLine($"{task.Name} was deleted before it ended.", LineLook.Bad);
            yield break;
        }

        var ended = task.Task;
        yield return new EndLine(Headline(ended, hints.Request.Issues.Count > 1), ended.SucceededOnTarget() ? LineLook.Good : LineLook.Bad);
        foreach (var cause in ended.SucceededOnTarget() ? [] : EndedTask.Causes(ended))
        {
            yield return new EndLine($"  {TryFormat.OneLine(cause, 400)}");
        }

        foreach (var line in DispatchFindings.Lines(ended).Concat(ChangeText.Checks(ended)))
        {
            yield return new EndLine(line);
        }

        foreach (var line in ChangeText.Diff(ended))
        {
            yield return new EndLine(line, LookOf(line));
        }

        foreach (var line in Published(ended).Append("").Append(Figures(ended)).Concat(Next(task, hints)))
        {
            yield return new EndLine(line);
        }
    }

    private static string Headline(AgenticTask task, bool isNamed) =>
        $"{(isNamed ? $"{task.Metadata.Name}: " : "")}{task.Status.Verdict?.Value ?? task.PhaseOrPending().Value}{(task.Status.FailureReason is { } reason ? $" ({reason})" : "")}: {TryFormat.OneLine(EndedTask.Summary(task), 400)}";

    private static IEnumerable<string> Published(AgenticTask task)
    {
        if (task.Spec.Payload.Repo is not { Length: > 0 } repo)
        {
            yield break;
        }

        yield return "";
        var where = TryFormat.OneLine(repo, 200);
        if (task.Status is { Branch: { Length: > 0 } branch, CommitSHA: { Length: > 0 } sha })
        {
            yield return $"The branch {Printable.Line(branch)} of {where} is at {Printable.Line(sha[..Math.Min(ShownSha, sha.Length)])}.";
        }
        else if (task.Spec.Kind == TaskKind.IssueFix || task.Spec.Kind == TaskKind.Freeform)
        {
            yield return EndedTask.Extra(task, "intendedBranch") is { } intended
                ? $"Nothing was pushed to the branch {Printable.Line(intended)} of {where}."
                : $"No branch was made in {where}.";
        }

        if (EndedTask.Says(task, "unverified"))
        {
            yield return "No check has passed over what is on it.";
        }

        if (EndedTask.Extra(task, "gateFailedBranch") is { } kept)
        {
            yield return $"What fails its checks is on the branch {Printable.Line(kept)}.";
        }

        foreach (var line in PullRequest(task))
        {
            yield return line;
        }
    }

    private static IEnumerable<string> PullRequest(AgenticTask task)
    {
        if (EndedTask.Extra(task, "pullRequestURL") is { } url)
        {
            yield return $"Pull request{(EndedTask.Says(task, "pullRequestDraft") ? " (a draft)" : "")}: {Printable.Line(url, 400)}";
        }

        foreach (var warning in EndedTask.Extras(task, "pullRequestWarnings"))
        {
            yield return $"  {TryFormat.OneLine(warning, 400)}";
        }

        if (EndedTask.Extra(task, "pullRequestError") is { } error)
        {
            yield return $"There is no pull request: {TryFormat.OneLine(error, 400)}";
        }

        if (EndedTask.Extra(task, "issueError") is { } unread && !TaskRepository.IsFolder(task.Spec.Payload.Repo))
        {
            yield return $"The issue was not read: {TryFormat.OneLine(unread, 400)}";
        }
    }

    private static string Figures(AgenticTask task)
    {
        var usage = task.Status.Usage;
        var where = task.Status.AssignedNode is { Length: > 0 } node ? $"on {node}" : "on no host";
        var model = task.Status.Model is { } promised ? $", model {TryFormat.OneLine(promised.Name, 100)}" : "";
        var used = usage is null ? "" : string.Create(
            CultureInfo.InvariantCulture, $", {usage.Turns} turns, {usage.PromptTokens:N0} tokens read, {usage.CompletionTokens:N0} written, {usage.Seconds} s");
        return string.Create(CultureInfo.InvariantCulture, $"Attempt {task.Status.Attempt} {where}{model}{used}.");
    }

    private static IEnumerable<string> Next(DispatchedTask task, DispatchHints hints)
    {
        yield return "";
        yield return "Go on with:";
        if (task.Task.Status.Branch is { Length: > 0 } branch)
        {
            var word = DispatchHints.Word(Printable.Line(branch));
            if (hints.Request.Folder is { } folder)
            {
                yield return $"  git -C {DispatchHints.Word(folder)} show {word}";
            }
            else if (!TaskRepository.IsFolder(task.Task.Spec.Payload.Repo))
            {
                yield return $"  git fetch origin {word}";
            }
        }

        yield return $"  {(task.Task.SucceededOnTarget() ? hints.Result(task.Name) : hints.Describe(task.Name))}";
    }

    private static LineLook LookOf(string line) => line switch
    {
        ['+', '+', '+', ..] or ['-', '-', '-', ..] => LineLook.Plain,
        ['+', ..] => LineLook.Good,
        ['-', ..] => LineLook.Bad,
        ['@', '@', ..] => LineLook.Part,
        _ => LineLook.Plain,
    };
}
