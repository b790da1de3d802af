using System.Text;
using Foreman.Git.Commands;
using Foreman.Git.Trees;

namespace Foreman.Git;

/// <summary>Puts the work of one commit onto another, as objects only: neither files nor branches change.</summary>
public static class Joins
{
    private const string SubmoduleMode = "160000";
    private const string Marker = "<<<<<<< ";
    private const int MaxMarkedBytes = 4 << 20;
    private const int MaxConflicts = 50;

    /// <summary>Joins by three sides, as <c>git merge</c> does, and makes a commit of it.</summary>
    /// <param name="tree">The run; both commits are in its repository.</param>
    /// <param name="request">What is joined.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="GitException">A commit is not there, or git fails.</exception>
    public static async Task<JoinResult> JoinAsync(WorkingTree tree, JoinRequest request, CancellationToken cancellationToken)
    {
        var (joined, tip) = (CommitName.Checked(request.History ?? request.Onto), CommitName.Checked(request.Tip));
        if (await LeftAtAsync(tree, joined, tip, cancellationToken).ConfigureAwait(false) is null)
        {
            return new JoinResult.Unrelated();
        }

        var call = await tree.NetworkCallAsync(["merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", joined, tip], cancellationToken).ConfigureAwait(false);
        call = call with { Settings = [new("merge.directoryRenames", "false")] };
        var merged = await tree.Git.TryAsync(call, cancellationToken).ConfigureAwait(false);
        if (merged.ExitCode is not (0 or 1))
        {
            throw GitProgram.Failure(call, merged.ExitCode, merged.Errors);
        }

        var parts = merged.Parts().Select(p => Encoding.UTF8.GetString(p.Span)).ToList();
        var files = CommitName.Checked(parts.Count > 0 ? parts[0] : "");
        return merged.Succeeded
            ? await CommitAsync(tree, request, files, cancellationToken).ConfigureAwait(false)
            : await ConflictsAsync(tree, files, parts[1..], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What a commit has changed since it left another one.</summary>
    /// <param name="tree">The run.</param>
    /// <param name="from">All digits of the commit that it left.</param>
    /// <param name="tip">All digits of the commit.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="GitException">Both have no common commit (NotFound), or git fails.</exception>
    public static async Task<IReadOnlyList<JoinedFile>> ChangesAsync(WorkingTree tree, string from, string tip, CancellationToken cancellationToken)
    {
        var left = await LeftAtAsync(tree, CommitName.Checked(from), CommitName.Checked(tip), cancellationToken).ConfigureAwait(false)
            ?? throw new GitException(GitFault.NotFound, $"The commits {from} and {tip} have no common commit.");
        return await DifferAsync(tree, left, tip, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads what <c>git diff-tree --raw -z</c> writes: modes and a letter, then the path. Pure.</summary>
    internal static IReadOnlyList<JoinedFile> Parse(GitAnswer answer)
    {
        var files = new List<JoinedFile>();
        var parts = answer.Parts().Select(p => Encoding.UTF8.GetString(p.Span)).ToList();
        for (var i = 0; i + 1 < parts.Count; i += 2)
        {
            if (parts[i].Split(' ') is [[':', .. var before], var after, _, _, [var letter, ..]])
            {
                var kind = letter switch { 'A' => ChangeKind.Added, 'D' => ChangeKind.Deleted, 'T' => ChangeKind.TypeChanged, _ => ChangeKind.Modified };
                files.Add(new JoinedFile(parts[i + 1], kind, before == SubmoduleMode || after == SubmoduleMode));
            }
        }

        return files;
    }

    /// <summary>The first line that git has marked as changed by both sides; null when none is. Pure.</summary>
    internal static int? MarkedLine(string text)
    {
        var at = text.StartsWith(Marker, StringComparison.Ordinal) ? 0 : text.IndexOf("\n" + Marker, StringComparison.Ordinal) + 1;
        return at > 0 || text.StartsWith(Marker, StringComparison.Ordinal) ? text.AsSpan(0, at).Count('\n') + 1 : null;
    }

    private static async Task<string?> LeftAtAsync(WorkingTree tree, string one, string other, CancellationToken cancellationToken)
    {
        var call = await tree.NetworkCallAsync(["merge-base", "--", one, other], cancellationToken).ConfigureAwait(false);
        var answer = await tree.Git.TryAsync(call, cancellationToken).ConfigureAwait(false);
        return answer.Succeeded ? CommitName.Checked(answer.Line)
            : answer.ExitCode == 1 ? null
            : throw GitProgram.Failure(call, answer.ExitCode, answer.Errors);
    }

    private static async Task<IReadOnlyList<JoinedFile>> DifferAsync(WorkingTree tree, string from, string to, CancellationToken cancellationToken) =>
        Parse(await tree.Git.RunAsync(
            await tree.NetworkCallAsync(["diff-tree", "-r", "--raw", "-z", "--no-renames", "--no-abbrev", "--ignore-submodules=none", from, to], cancellationToken).ConfigureAwait(false),
            cancellationToken).ConfigureAwait(false));

    private static async Task<JoinResult> CommitAsync(WorkingTree tree, JoinRequest request, string files, CancellationToken cancellationToken)
    {
        var changes = await DifferAsync(tree, request.Onto, files, cancellationToken).ConfigureAwait(false);
        var commit = request.Commit;
        if (changes.Count == 0)
        {
            return new JoinResult.NothingChanged(await HistoryAsync(tree, request, files, cancellationToken).ConfigureAwait(false));
        }

        var message = CommitMessage.Of(commit.Message, commit.SignOff ? commit.Identity.SignOff : null, commit.Mark);
        var findings = await StagedSecrets.FindAsync(tree, request.Onto, files, changes, message, new SecretScan(commit.Secrets), cancellationToken).ConfigureAwait(false);
        if (findings.Count > 0)
        {
            return new JoinResult.SecretsFound(findings);
        }

        var sha = await CommitTreeAsync(tree, ["-p", request.Onto], files, message, commit, cancellationToken).ConfigureAwait(false);
        return new JoinResult.Joined(sha, changes, await HistoryAsync(tree, request, files, cancellationToken).ConfigureAwait(false));
    }

    // git finds what two sides share by their ancestors, so this commit has both sides as parents; no branch ever names it.
    private static Task<string> HistoryAsync(WorkingTree tree, JoinRequest request, string files, CancellationToken cancellationToken) =>
        CommitTreeAsync(tree, ["-p", request.History ?? request.Onto, "-p", request.Tip], files, "Joined", request.Commit, cancellationToken);

    private static async Task<string> CommitTreeAsync(
        WorkingTree tree, IReadOnlyList<string> parents, string files, string message, CommitRequest commit, CancellationToken cancellationToken)
    {
        var call = tree.Call(["commit-tree", .. parents, "-F", "-", files]) with { Input = Encoding.UTF8.GetBytes(message), Variables = commit.Identity.Variables(commit.When) };
        return CommitName.Checked((await tree.Git.RunAsync(call, cancellationToken).ConfigureAwait(false)).Line);
    }

    private static async Task<JoinResult> ConflictsAsync(WorkingTree tree, string files, IEnumerable<string> paths, CancellationToken cancellationToken)
    {
        var conflicts = new List<JoinConflict>();
        foreach (var path in paths.Where(p => p.Length > 0).Distinct(StringComparer.Ordinal).Take(MaxConflicts))
        {
            var marked = await tree.ReadAsync(files, path, MaxMarkedBytes, cancellationToken).ConfigureAwait(false);
            conflicts.Add(new JoinConflict(path, marked is null ? null : MarkedLine(marked.Text)));
        }

        return new JoinResult.Conflicts(conflicts);
    }
}
