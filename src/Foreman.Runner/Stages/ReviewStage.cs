using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Git;
using Foreman.Runner.Gates;
using Foreman.Runner.Repositories;
using Foreman.Runner.Reviews;

namespace Foreman.Runner.Stages;

/// <summary>Holds what a reviewer submitted against its branch. What the run changed in the workspace is no result.</summary>
internal sealed class ReviewStage : IStage
{
    private const int MaxFileBytes = 4 << 20;

    /// <inheritdoc/>
    public string Name => "review";

    /// <inheritdoc/>
    public bool IsTimed => true;

    /// <inheritdoc/>
    public string? OutsideEffect(RunRecord record) => null;

    /// <inheritdoc/>
    public async Task<StageResult> RunAsync(RunRecord record, Action<TaskProgress> reportProgress, CancellationToken stop)
    {
        var result = record.LoopResult! with { Files = [] };
        if (record.Review is not { } review || record.Repository is not { } repository || result.Envelope.FailureReason == FailureReason.Cancelled)
        {
            return new StageResult.Next(record with { LoopResult = result });
        }

        var extra = result.Envelope.Extra?.DeepClone().AsObject() ?? [];
        (extra["branch"], extra["commitSHA"]) = (repository.Tree.Plan.Branch, repository.Tree.StartSha);
        _ = extra.Remove("files");
        _ = extra.Remove("commitMessage");
        result = result with { Envelope = result.Envelope with { Extra = extra } };
        if (result.Envelope.FailureReason is not null)
        {
            return new StageResult.Next(record with { LoopResult = result });
        }

        try
        {
            var claim = ReviewClaim.Of(result.Envelope);

            // What the base has and the branch lacks is among what was changed.
            var files = (await repository.Tree.FilesAsync(RepositoryTree.MaxFiles, stop).ConfigureAwait(false)).Concat(review.Changed).ToHashSet(StringComparer.Ordinal);
            var facts = new ReviewFacts
            {
                Changed = review.Changed,
                Files = files,
                Cited = await CitedAsync(repository, review.Changed, files, claim.Findings, stop).ConfigureAwait(false),
                Issue = review.Issue,
                IssueFault = review.IssueFault,
                SourceEndings = record.Attempt.Task.Spec.GateProfile?.SourceExtensions,
            };
            return new StageResult.Next(record with { LoopResult = ReviewReport.Of(result, claim, ReviewRails.Judge(claim, facts), review.Changed) });
        }
        catch (GitException e)
        {
            throw RepositoryFaults.Ended(e);
        }
    }

    private static async Task<IReadOnlyDictionary<string, CitedFile>> CitedAsync(
        RunRepository repository, ImmutableArray<string> changed, HashSet<string> files, IEnumerable<Finding> findings, CancellationToken stop)
    {
        var cited = new Dictionary<string, CitedFile>(StringComparer.Ordinal);
        foreach (var name in findings.Select(f => f.File).OfType<string>().Distinct(StringComparer.Ordinal))
        {
            if (CitedFile.Find(name, changed, files) is { } path)
            {
                cited[name] = cited.Values.FirstOrDefault(c => c.Path == path) ?? await FileAsync(repository, path, changed.Contains(path), stop).ConfigureAwait(false);
            }
        }

        return cited;
    }

    private static async Task<CitedFile> FileAsync(RunRepository repository, string path, bool isChanged, CancellationToken stop)
    {
        var tree = repository.Tree;
        var text = await tree.ReadAsync(tree.StartSha, path, MaxFileBytes, stop).ConfigureAwait(false);
        if (text is null or { Text: "" })
        {
            text = await tree.ReadAsync(repository.Base, path, MaxFileBytes, stop).ConfigureAwait(false);
        }

        var cited = new CitedFile(path, text is { Truncated: false } ? LinesOf(text.Text) : null) { IsChanged = isChanged };
        if (!isChanged)
        {
            return cited;
        }

        var diff = await tree.DiffAsync(new DiffRequest { CommittedOnly = true, MaxBytes = MaxFileBytes, Paths = [path] }, stop).ConfigureAwait(false);
        return cited with { Touched = diff.Truncated ? null : ChangedLines.Of(diff.Text) };
    }

    private static long LinesOf(string text) => text.Length == 0 ? 0 : text.AsSpan().Count('\n') + (text[^1] == '\n' ? 0 : 1);
}
