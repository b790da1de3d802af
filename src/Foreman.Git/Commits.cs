using System.Text;
using Foreman.Git.Trees;

namespace Foreman.Git;

/// <summary>A commit that is to be made.</summary>
public sealed record CommitRequest
{
    /// <summary>Its message; trailers of this project's are taken out and added.</summary>
    public required string Message { get; init; }

    /// <summary>Who makes it.</summary>
    public required CommitIdentity Identity { get; init; }

    /// <summary>Which attempt makes it.</summary>
    public required AttemptMark Mark { get; init; }

    /// <summary>Its date, in seconds: the same files, message, parent and date give the same commit, also after a crash.</summary>
    public required DateTimeOffset When { get; init; }

    /// <summary>True adds the committer's sign-off.</summary>
    public bool SignOff { get; init; } = true;

    /// <summary>Values that must not get into a commit, as <see cref="ICredentialBroker.Secrets"/>.</summary>
    public IReadOnlyCollection<string> Secrets { get; init; } = [];

    /// <summary>Files and folders that are never committed, such as a task's inputs.</summary>
    public IReadOnlyList<string> Leave { get; init; } = [];

    /// <summary>Most files, from 1.</summary>
    public int MaxFiles { get; init; } = 10_000;

    /// <summary>Most bytes of one file.</summary>
    public long MaxFileBytes { get; init; } = 50L << 20;

    /// <summary>Most bytes of all files together.</summary>
    public long MaxBytes { get; init; } = 500L << 20;
}

/// <summary>What became of a commit.</summary>
public abstract record CommitResult
{
    private CommitResult()
    {
    }

    /// <summary>It was made.</summary>
    /// <param name="Sha">Its name.</param>
    /// <param name="Files">What it changes.</param>
    public sealed record Committed(string Sha, IReadOnlyList<FileChange> Files) : CommitResult;

    /// <summary>The files are as in the last commit; none was made.</summary>
    public sealed record NothingChanged : CommitResult;

    /// <summary>It would publish keys or tokens; none was made.</summary>
    /// <param name="Findings">Where they are, at most 50.</param>
    public sealed record SecretsFound(IReadOnlyList<SecretFinding> Findings) : CommitResult;
}

/// <summary>Makes commits of what a run changed.</summary>
public static class Commits
{
    /// <summary>Commits everything that differs from the last commit, unless that would publish a secret.</summary>
    /// <param name="tree">The run's files.</param>
    /// <param name="request">The commit.</param>
    /// <param name="cancellationToken">Ends it; then no commit was made, or it is on the branch whole.</param>
    /// <exception cref="GitException">There is too much, or a file can't be read.</exception>
    public static async Task<CommitResult> CommitAsync(WorkingTree tree, CommitRequest request, CancellationToken cancellationToken)
    {
        var staged = await Staging.StageAsync(tree, request.Leave, new StageLimits(request.MaxFiles, request.MaxFileBytes, request.MaxBytes), cancellationToken).ConfigureAwait(false);
        if (staged.Changes.Count == 0)
        {
            return new CommitResult.NothingChanged();
        }

        var message = CommitMessage.Of(request.Message, request.SignOff ? request.Identity.SignOff : null, request.Mark);
        var findings = await StagedSecrets.FindAsync(tree, staged, message, new SecretScan(request.Secrets), cancellationToken).ConfigureAwait(false);
        if (findings.Count > 0)
        {
            return new CommitResult.SecretsFound(findings);
        }

        var head = await tree.HeadAsync(cancellationToken).ConfigureAwait(false);
        var files = CommitName.Checked((await tree.Git.RunAsync(Staging.Call(tree, staged.Index, "write-tree"), cancellationToken).ConfigureAwait(false)).Line);
        var call = tree.Call("commit-tree", "-p", head, "-F", "-", files) with { Input = Encoding.UTF8.GetBytes(message), Variables = request.Identity.Variables(request.When) };
        var sha = CommitName.Checked((await tree.Git.RunAsync(call, cancellationToken).ConfigureAwait(false)).Line);
        await tree.Git.RunAsync(tree.Call("update-ref", "refs/heads/" + tree.Plan.Branch, sha, head), cancellationToken).ConfigureAwait(false);
        File.Move(staged.Index, Path.Combine(tree.GitDir, "index"), overwrite: true);
        return new CommitResult.Committed(sha, staged.Changes);
    }
}
