using System.Globalization;
using System.Text;
using Foreman.Git.Mirrors;
using Foreman.Primitives;

namespace Foreman.Git.Trees;

/// <summary>Makes a run's repository and its files.</summary>
internal static class Checkout
{
    private const int MaxNames = 10;

    // Files are unpacked on several processors at once; beyond a few the disk is what is waited for.
    private const int MostWorkers = 8;
    private static readonly KeyValuePair<string, string> Workers =
        new("checkout.workers", Math.Clamp(Environment.ProcessorCount, 1, MostWorkers).ToString(CultureInfo.InvariantCulture));

    public static async Task<WorkingTree> CreateAsync(CheckoutRequest request, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(request.Workspace) || Directory.EnumerateFileSystemEntries(request.Workspace).Any())
        {
            throw new GitException(GitFault.NotAllowed, $"The folder {request.Workspace} is not there or not empty: a repository is checked out into an empty one.");
        }

        try
        {
            return await OnceAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (GitException e) when (e.Fault is GitFault.Corrupt)
        {
            // The run shares the packs of the mirror, so what is damaged here is damaged there.
            foreach (var mirror in Mirrors(request))
            {
                await request.Store.DiscardAsync(mirror.Address, cancellationToken).ConfigureAwait(false);
            }

            Empty(request.Workspace);
            return await OnceAsync(request, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<WorkingTree> OnceAsync(CheckoutRequest request, CancellationToken cancellationToken)
    {
        var (plan, git) = (request.Plan, request.Store.Git);
        var mirrors = Mirrors(request);
        RepositoryFiles.Remove(request.GitDir);
        var isSha256 = IsSha256(mirrors);
        await git.RunAsync(RepositoryFiles.Init(request.GitDir, isSha256), cancellationToken).ConfigureAwait(false);
        var start = plan.AtSha ?? plan.RestoreSha ?? plan.BaseSha;
        await request.Store.ShareAsync(mirrors, [start, plan.BaseSha, .. request.Besides], request.GitDir, cancellationToken).ConfigureAwait(false);
        RepositoryFiles.Write(
            Path.Combine(request.GitDir, "config"),
            RepositoryFiles.Configuration([.. mirrors.Select((m, i) => ($"remote{i}", m.Address))], bare: false, RepositoryFiles.IsPartial(request.GitDir), isSha256));
        var state = new RunState { Plan = plan, StartSha = start, ExpectedTip = plan.ExpectedTip, Remotes = [.. mirrors.Select(m => m.Address.Url)] };
        var tree = new WorkingTree(git, request.Store.Credentials, request.GitDir, request.Workspace, state);
        foreach (var commit in new[] { start, plan.BaseSha }.Distinct(StringComparer.Ordinal))
        {
            await CheckAsync(tree, CommitName.Checked(commit), mirrors, cancellationToken).ConfigureAwait(false);
            await CheckFilesAsync(tree, commit, request, cancellationToken).ConfigureAwait(false);
        }

        await git.RunAsync(tree.Call("update-ref", "refs/heads/" + plan.Branch, start), cancellationToken).ConfigureAwait(false);
        await git.RunAsync(tree.Call("symbolic-ref", "HEAD", "refs/heads/" + plan.Branch), cancellationToken).ConfigureAwait(false);
        var reset = await tree.NetworkCallAsync(["reset", "--hard", "--quiet", "HEAD", "--"], cancellationToken).ConfigureAwait(false);
        await git.RunAsync(reset with { Settings = [Workers], Watch = TooLarge(request) }, cancellationToken).ConfigureAwait(false);
        if (plan.RestoreSha is not null && plan.AtSha is null)
        {
            await RebaseAsync(tree, request, cancellationToken).ConfigureAwait(false);
            state = state with { StartSha = await tree.HeadAsync(cancellationToken).ConfigureAwait(false) };
        }

        state.Save(request.GitDir);
        return new WorkingTree(git, request.Store.Credentials, request.GitDir, request.Workspace, state);
    }

    // A fork without branches has no objects, so its format is of no account.
    private static bool IsSha256(IReadOnlyList<Mirror> mirrors)
    {
        var formats = mirrors.Where(m => m.Branches.Count > 0).Select(m => m.IsSha256).Distinct().ToList();
        return formats.Count < 2
            ? formats.Contains(true)
            : throw new GitException(GitFault.NotAllowed, $"{mirrors[0].Address} and {mirrors[1].Address} name their objects by different hashes, one by SHA-1 and one by SHA-256: work can't go from one to the other. Make the fork anew.");
    }

    // Without this a commit that is gone would be asked for at its server by a command that may not go there, and its failure would say so.
    private static async Task CheckAsync(WorkingTree tree, string commit, IReadOnlyList<Mirror> mirrors, CancellationToken cancellationToken)
    {
        if (!(await tree.Git.TryAsync(tree.Call("cat-file", "-e", commit + "^{commit}"), cancellationToken).ConfigureAwait(false)).Succeeded)
        {
            throw mirrors.Any(m => m.Branches.Values.Contains(commit))
                ? new GitException(GitFault.Corrupt, $"The copy of {mirrors[0].Address} on this host is damaged: the tip {commit} of a branch is not in it.")
                : new GitException(GitFault.NotFound, $"{mirrors[0].Address} does not have the commit {commit}, or no branch leads to it any more.");
        }
    }

    private static async Task CheckFilesAsync(WorkingTree tree, string commit, CheckoutRequest request, CancellationToken cancellationToken)
    {
        var call = tree.Call("ls-tree", "-r", "-z", "--name-only", "--full-tree", commit);
        var files = 0;
        var (code, errors) = await tree.Git.StreamAsync(
            call,
            async (stream, token) =>
            {
                var buffer = new byte[64 * 1024];
                int count;
                while (files <= request.MaxFiles && (count = await stream.ReadAsync(buffer, token).ConfigureAwait(false)) > 0)
                {
                    files += buffer.AsSpan(0, count).Count((byte)0);
                }
            },
            cancellationToken).ConfigureAwait(false);
        if (files > request.MaxFiles)
        {
            throw new GitException(GitFault.TooLarge, $"The commit {commit} of {request.Upstream.Address} has more than {request.MaxFiles} files, the most that are checked out.");
        }

        if (code != 0)
        {
            throw GitProgram.Failure(call, code, errors);
        }
    }

    private static Func<string?> TooLarge(CheckoutRequest request) => () => RepositoryFiles.SizeOf(request.Workspace) > request.MaxBytes
        ? $"The files of {request.Upstream.Address} are larger than {request.MaxBytes >> 20} MiB, the most that are checked out."
        : null;

    private static async Task RebaseAsync(WorkingTree tree, CheckoutRequest request, CancellationToken cancellationToken)
    {
        var call = await tree.NetworkCallAsync(["rebase", "--quiet", "--no-stat", "--no-verify", "--no-autosquash", "--no-rebase-merges", "--empty=drop", request.Plan.BaseSha], cancellationToken).ConfigureAwait(false);

        // Authors stay; the committer's date is the run's, so that the same work gives the same commits.
        var identity = request.Identity.Variables(request.When).Where(v => v.Key.StartsWith("GIT_COMMITTER_", StringComparison.Ordinal)).ToDictionary(v => v.Key, v => v.Value, StringComparer.Ordinal);
        var answer = await tree.Git.TryAsync(call with { Variables = identity }, cancellationToken).ConfigureAwait(false);
        if (answer.Succeeded)
        {
            return;
        }

        var unmerged = await tree.Git.RunAsync(tree.Call("diff", "--name-only", "--diff-filter=U", "-z", "--no-ext-diff", "--ignore-submodules=all"), cancellationToken).ConfigureAwait(false);
        var names = unmerged.Parts().Select(p => Printable.Line(Encoding.UTF8.GetString(p.Span))).Where(n => n.Length > 0).ToList();
        throw names.Count == 0
            ? GitProgram.Failure(call, answer.ExitCode, answer.Errors)
            : new GitException(
                GitFault.Conflict,
                $"The earlier work on `{request.Plan.Branch}` can't be put onto `{request.Plan.Base}`: both change {string.Join(", ", names.Take(MaxNames))}{(names.Count > MaxNames ? $" and {names.Count - MaxNames} more" : "")}.");
    }

    private static IReadOnlyList<Mirror> Mirrors(CheckoutRequest request) => request.Upstream.Address == request.Push.Address ? [request.Upstream] : [request.Upstream, request.Push];

    private static void Empty(string folder)
    {
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos())
        {
            if (entry is DirectoryInfo { LinkTarget: null } directory)
            {
                directory.Delete(recursive: true);
            }
            else
            {
                entry.Delete();
            }
        }
    }
}
