using System.Globalization;
using System.Text.Json.Nodes;
using Foreman.AgentLoop.Settings;
using Foreman.Api;
using Foreman.Git;
using Foreman.Runner.Orientation;
using Foreman.Runner.Repositories;
using Foreman.Runner.Reviews;
using Microsoft.Extensions.Logging;

namespace Foreman.Runner.Stages;

/// <summary>Reads what a reviewer is told of a change. A branch without changes ends the run: there is nothing to ask a model.</summary>
internal sealed class ReviewOrientationStage(RunnerOptions options, TimeProvider time, ILogger logger) : IStage
{
    /// <inheritdoc/>
    public string Name => "orientation";

    /// <inheritdoc/>
    public bool IsTimed => true;

    /// <inheritdoc/>
    public string? OutsideEffect(RunRecord record) => record.Attempt.Task.Spec.Payload.Issue is { } issue
        ? string.Create(CultureInfo.InvariantCulture, $"reads issue {issue} of {record.Repository?.Address}")
        : null;

    /// <inheritdoc/>
    public async Task<StageResult> RunAsync(RunRecord record, Action<TaskProgress> reportProgress, CancellationToken stop)
    {
        if (record.Repository is not { } repository)
        {
            throw new StageException(FailureReason.Unsupported, "spec.payload.repo is empty: there is nothing to review");
        }

        try
        {
            var (tree, payload) = (repository.Tree, record.Attempt.Task.Spec.Payload);
            var diff = await tree.DiffAsync(new DiffRequest { CommittedOnly = true, MaxBytes = ReviewText.MaxDiffBytes }, stop).ConfigureAwait(false);
            if (diff.Files.Count == 0)
            {
                return new StageResult.Done(NothingChanged(record, repository));
            }

            var (issue, fault) = await IssueAsync(repository, payload.Issue, stop).ConfigureAwait(false);
            var text = new ReviewText
            {
                Repository = repository.Address.FullName,
                Branch = tree.Plan.Branch,
                Base = tree.Plan.Base,
                Sha = tree.StartSha,
                Diff = diff,
                Commits = (await tree.MessagesAsync(ReviewText.MaxCommitBytes, stop).ConfigureAwait(false)).Text,
                Number = payload.Issue,
                Issue = issue,
                IssueFault = fault,
                Advisories = payload.GateAdvisories,
                Conventions = await ConventionsAsync(repository, stop).ConfigureAwait(false),
            };
            var window = EffectiveSettings.Resolve(record.Agent, record.Attempt.Task.Spec, record.Attempt.Task.Status.Model?.ContextTokens, record.Profile).ContextTokens;
            return new StageResult.Next(record with
            {
                Orientation = text.Of(window),
                Review = new ReviewSubject(text.Prompt, [.. diff.Files.Select(f => f.Path)]) { Diff = diff.Text, Issue = issue, IssueFault = fault },
            });
        }
        catch (GitException e)
        {
            throw RepositoryFaults.Ended(e);
        }
    }

    // A forge that does not answer costs the checks against the issue, not the review.
    private async Task<(ReviewIssue? Issue, string? Fault)> IssueAsync(RunRepository repository, int? number, CancellationToken stop)
    {
        if (number is not { } issue)
        {
            return (null, null);
        }

        if (options.Forges is not { } forges || repository.Address.IsLocal)
        {
            return (null, "issues are not read from here");
        }

        var read = await forges.ReadIssueAsync(repository.Address.Url, issue, stop).ConfigureAwait(false);
        return read.Value is { } found ? (new ReviewIssue(found.Title, found.Body), null) : (null, read.Error!.Message);
    }

    // As the base has them: a change does not set the rules that it is judged by.
    private static async Task<IReadOnlyList<(string Path, string Text)>> ConventionsAsync(RunRepository repository, CancellationToken stop)
    {
        var found = new List<(string, string)>();
        foreach (var path in OrientationText.Conventions)
        {
            if (await repository.Tree.ReadAsync(repository.Base, path, OrientationText.MaxConventionBytes, stop).ConfigureAwait(false) is { Truncated: false } text)
            {
                found.Add((path, text.Text));
            }
        }

        return found;
    }

    private WorkReport NothingChanged(RunRecord record, RunRepository repository)
    {
        var plan = repository.Tree.Plan;
        RunCleanup.RemoveRepository(record, logger);
        if (!options.KeepWorkspace)
        {
            RunCleanup.RemoveWorkspace(record, logger);
        }

        var elapsed = time.GetElapsedTime(record.StartedAt);
        var envelope = new ResultEnvelope
        {
            Verdict = Verdict.NoGo,
            Summary = $"the branch {plan.Branch} changes nothing against {plan.Base}: there is nothing to review",
            Extra = new JsonObject
            {
                ["outcome"] = "NO-CHANGES",
                ["turnCount"] = 0,
                ["branch"] = plan.Branch,
                ["commitSHA"] = repository.Tree.StartSha,
                ["filesTouched"] = new JsonArray(),
                ["findings"] = new JsonArray(),
            },
            ElapsedSec = Math.Round(elapsed.TotalSeconds, 3),
        };
        return new WorkReport(envelope, TaskPhase.Succeeded, new Usage { Seconds = (long)Math.Ceiling(elapsed.TotalSeconds) }) { Note = record.Note };
    }
}
