using System.Globalization;
using System.Text;
using Foreman.Git.Commands;
using Foreman.Git.Mirrors;
using Foreman.Git.Trees;
using Foreman.Primitives;

namespace Foreman.Git;

/// <summary>What is checked out.</summary>
public sealed record CheckoutRequest
{
    /// <summary>The mirrors of the host.</summary>
    public required MirrorStore Store { get; init; }

    /// <summary>Where the base comes from.</summary>
    public required Mirror Upstream { get; init; }

    /// <summary>Where the branch is pushed to; <see cref="Upstream"/> unless that is a fork.</summary>
    public required Mirror Push { get; init; }

    /// <summary>The branch.</summary>
    public required BranchPlan Plan { get; init; }

    /// <summary>Where the run's repository is made: a folder that what the run executes can't reach.</summary>
    public required string GitDir { get; init; }

    /// <summary>Where the files go: an empty folder.</summary>
    public required string Workspace { get; init; }

    /// <summary>Most files of the base, from 1: a repository of a few kilobytes can name billions, by trees that name each other.</summary>
    public int MaxFiles { get; init; } = 1_000_000;

    /// <summary>Most bytes of all files.</summary>
    public long MaxBytes { get; init; } = 20L << 30;

    /// <summary>Who puts earlier commits onto the base.</summary>
    public required CommitIdentity Identity { get; init; }

    /// <summary>The date of that.</summary>
    public required DateTimeOffset When { get; init; }

    /// <summary>Further commits, tips of branches of the mirrors, whose files are going to be read: their contents are fetched at once.</summary>
    public IReadOnlyCollection<string> Besides { get; init; } = [];
}

/// <summary>A file as a commit has it.</summary>
/// <param name="Content">All of it; of a symbolic link, what that names.</param>
/// <param name="IsExecutable">True for a program.</param>
/// <param name="IsLink">True for a symbolic link.</param>
public sealed record CommittedFile(byte[] Content, bool IsExecutable, bool IsLink);

/// <summary>The files of a run at one moment.</summary>
/// <param name="Files">Those that would be committed, in order: without ignored ones, nested repositories and <c>.git</c>.</param>
/// <param name="Changes">What differs from the commit that was asked about.</param>
public sealed record TreeState(IReadOnlyList<string> Files, IReadOnlyList<FileChange> Changes);

/// <summary>
/// A run's files and the repository that they belong to. The files lie in the workspace, which holds no <c>.git</c>; the repository lies
/// elsewhere, so that nothing a run executes can change what git does here.
/// </summary>
public sealed class WorkingTree
{
    private const string SwitchedIndex = "index.switched";
    private static readonly string[] DiffOptions = ["--no-ext-diff", "--no-textconv", "--no-color", "--no-renames", "--ignore-submodules=dirty"];
    private static readonly StageLimits ReadLimits = new(100_000, 1L << 30, 4L << 30);
    private readonly ICredentialBroker _credentials;
    private RunState _state;

    internal WorkingTree(GitProgram git, ICredentialBroker credentials, string gitDir, string workspace, RunState state) =>
        (Git, _credentials, GitDir, Workspace, _state) = (git, credentials, gitDir, workspace, state);

    /// <summary>The run's repository.</summary>
    public string GitDir { get; }

    /// <summary>The run's files.</summary>
    public string Workspace { get; }

    /// <summary>How the branch was begun.</summary>
    public BranchPlan Plan => _state.Plan;

    /// <summary>The commit that the run began at: the base, earlier work on top of it, or the branch that is looked at.</summary>
    public string StartSha => _state.StartSha;

    /// <summary>The commit that the branch is expected to have on the side that is pushed to; null when it must not be there.</summary>
    public string? ExpectedTip => _state.ExpectedTip;

    internal GitProgram Git { get; }

    /// <summary>Where contents that are not here yet come from.</summary>
    internal IReadOnlyList<RepositoryAddress> Remotes => [.. _state.Remotes.Select(Remote)];

    /// <summary>Checks out a branch into an empty folder.</summary>
    /// <exception cref="GitException">Earlier work and the base touch the same lines (Conflict; the message names the files), or the repository can't be read.</exception>
    public static Task<WorkingTree> CreateAsync(CheckoutRequest request, CancellationToken cancellationToken) => Checkout.CreateAsync(request, cancellationToken);

    /// <summary>Takes up a checked-out branch again, in another process.</summary>
    /// <param name="store">The mirrors of the host.</param>
    /// <param name="gitDir">The run's repository.</param>
    /// <param name="workspace">The run's files.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="GitException">It was never whole (NotFound), or is damaged (Corrupt): check out again, into an empty folder.</exception>
    public static async Task<WorkingTree> OpenAsync(MirrorStore store, string gitDir, string workspace, CancellationToken cancellationToken)
    {
        var tree = new WorkingTree(store.Git, store.Credentials, gitDir, workspace, RunState.Load(gitDir));
        if (!Directory.Exists(workspace))
        {
            throw new GitException(GitFault.NotFound, $"The files of the run are gone: there is no folder {workspace}. Check it out again.");
        }

        // What a command that was killed left locked; nobody else works on a run's repository.
        RepositoryFiles.RemoveLocks(gitDir);

        // A process that ended between a commit and its index leaves the older index.
        var same = await tree.Git.TryAsync(tree.Call("diff-index", "--cached", "--quiet", "--ignore-submodules=none", "HEAD", "--"), cancellationToken).ConfigureAwait(false);
        if (same.ExitCode == 1)
        {
            await tree.Git.RunAsync(tree.Call("read-tree", "HEAD"), cancellationToken).ConfigureAwait(false);
        }
        else if (!same.Succeeded)
        {
            throw new GitException(GitFault.Corrupt, $"The repository of the run at {gitDir} is damaged: {same.Errors}");
        }

        return tree;
    }

    /// <summary>The last commit of the branch.</summary>
    public async Task<string> HeadAsync(CancellationToken cancellationToken) =>
        CommitName.Checked((await Git.RunAsync(Call("rev-parse", "--verify", "--quiet", "HEAD^{commit}"), cancellationToken).ConfigureAwait(false)).Line);

    /// <summary>The subject of the last commit's message, on one line.</summary>
    public async Task<string> SubjectAsync(CancellationToken cancellationToken) =>
        Printable.Line((await Git.RunAsync(Call("log", "-1", "--no-show-signature", "--format=%s", "HEAD", "--"), cancellationToken).ConfigureAwait(false)).Line);

    /// <summary>Where the branch left its base.</summary>
    public async Task<string> MergeBaseAsync(CancellationToken cancellationToken)
    {
        var answer = await Git.TryAsync(await NetworkCallAsync(["merge-base", "--", Plan.BaseSha, "HEAD"], cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        return answer.Succeeded ? CommitName.Checked(answer.Line)
            : answer.ExitCode == 1 ? throw new GitException(GitFault.NotFound, $"The branches `{Plan.Branch}` and `{Plan.Base}` have no common commit.")
            : throw GitProgram.Failure(Call("merge-base"), answer.ExitCode, answer.Errors);
    }

    /// <summary>Whether the base holds a commit.</summary>
    /// <param name="name">Seven digits of its name or more, in small letters; any other text names none.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<bool> BaseHasAsync(string name, CancellationToken cancellationToken)
    {
        if (!CommitName.IsPart(name))
        {
            return false;
        }

        // Without a network: all commits are here, and a name that is none of them is not asked for at the server.
        var found = await Git.TryAsync(Call("rev-parse", "--verify", "--quiet", name + "^{commit}"), cancellationToken).ConfigureAwait(false);
        return found.Succeeded && (await Git.TryAsync(Call("merge-base", "--is-ancestor", CommitName.Checked(found.Line), Plan.BaseSha), cancellationToken).ConfigureAwait(false)).Succeeded;
    }

    /// <summary>The commits of the branch since it left its base, the newest first: name, author and message of each.</summary>
    /// <param name="maxBytes">Most bytes of text, from 1.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<BoundedText> MessagesAsync(int maxBytes, CancellationToken cancellationToken)
    {
        var from = await MergeBaseAsync(cancellationToken).ConfigureAwait(false);
        var text = await ReadBoundedAsync(Call("log", "--no-color", "--no-show-signature", "--format=commit %H%nauthor %an%n%n%B", $"{from}..HEAD", "--"), maxBytes, cancellationToken).ConfigureAwait(false);
        var shown = Printable.Text(text.Text);
        return new BoundedText(Printable.CutToBytes(shown, maxBytes), text.Truncated || Encoding.UTF8.GetByteCount(shown) > maxBytes);
    }

    /// <summary>What differs from the last commit; ignored files, nested repositories and <c>.git</c> are left out.</summary>
    public async Task<IReadOnlyList<FileChange>> ChangesAsync(CancellationToken cancellationToken) =>
        (await Staging.StageAsync(this, [], ReadLimits, cancellationToken).ConfigureAwait(false)).Changes;

    /// <summary>All files as they are now, and what differs from a commit.</summary>
    /// <param name="from">All digits of the commit.</param>
    /// <param name="maxFiles">The most files that are returned, from 1; no more are read.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<TreeState> StateAsync(string from, int maxFiles, CancellationToken cancellationToken)
    {
        var index = (await Staging.StageAsync(this, [], ReadLimits, cancellationToken).ConfigureAwait(false)).Index;
        var names = new TreeNames(maxFiles);
        var list = Staging.Call(this, index, "ls-files", "--cached", "-z");
        var (code, errors) = await Git.StreamAsync(list, names.ReadAsync, cancellationToken).ConfigureAwait(false);
        if (code != 0 && names.Files.Count < maxFiles)
        {
            throw GitProgram.Failure(list, code, errors);
        }

        var call = await NetworkCallAsync(["diff", "--cached", "--raw", "--numstat", "-z", "--no-abbrev", .. DiffOptions, CommitName.Checked(from), "--"], cancellationToken).ConfigureAwait(false);
        var changed = await Git.RunAsync(call with { Variables = list.Variables }, cancellationToken).ConfigureAwait(false);
        return new TreeState(names.Files, Staging.Parse(changed));
    }

    /// <summary>A diff, bounded.</summary>
    public async Task<DiffText> DiffAsync(DiffRequest request, CancellationToken cancellationToken)
    {
        var from = request.From is DiffFrom.Head ? await HeadAsync(cancellationToken).ConfigureAwait(false) : await MergeBaseAsync(cancellationToken).ConfigureAwait(false);
        var index = request.CommittedOnly ? null : (await Staging.StageAsync(this, request.Leave, ReadLimits, cancellationToken).ConfigureAwait(false)).Index;
        string[] range = index is null ? [from, "HEAD"] : ["--cached", from];
        string[] paths = ["--", .. request.Paths];
        var variables = index is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["GIT_INDEX_FILE"] = index };
        var files = await Git.RunAsync(await NetworkCallAsync(["diff", "--raw", "--numstat", "-z", "--no-abbrev", .. DiffOptions, .. range, .. paths], cancellationToken).ConfigureAwait(false) with { Variables = variables }, cancellationToken).ConfigureAwait(false);
        var call = await NetworkCallAsync(["diff", "-p", .. DiffOptions, .. range, .. paths], cancellationToken).ConfigureAwait(false) with { Variables = variables };
        var text = await ReadBoundedAsync(call, request.MaxBytes, cancellationToken).ConfigureAwait(false);
        var shown = Printable.Text(request.Secrets is { } secrets ? Without(secrets, text) : text.Text);
        var cut = Printable.CutToBytes(shown, request.MaxBytes);
        return new DiffText(cut, text.Truncated || cut.Length < shown.Length, Staging.Parse(files));
    }

    /// <summary>Files of the last commit, in order.</summary>
    /// <param name="max">The most that are returned, from 1; no more are read.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<IReadOnlyList<string>> FilesAsync(int max, CancellationToken cancellationToken)
    {
        var names = new TreeNames(max);
        var call = Call("ls-tree", "-r", "-z", "--name-only", "HEAD");
        var (code, errors) = await Git.StreamAsync(call, names.ReadAsync, cancellationToken).ConfigureAwait(false);
        return code == 0 || names.Files.Count == max ? names.Files : throw GitProgram.Failure(call, code, errors);
    }

    /// <summary>A file of a commit; null when the commit has none of this name.</summary>
    /// <param name="sha">All digits of the commit.</param>
    /// <param name="path">From the top of the repository.</param>
    /// <param name="maxBytes">Most bytes that are read, from 1.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<BoundedText?> ReadAsync(string sha, string path, int maxBytes, CancellationToken cancellationToken)
    {
        var found = await Git.RunAsync(Call("ls-tree", "-z", CommitName.Checked(sha), "--", path), cancellationToken).ConfigureAwait(false);
        return found.Text.Split('\t')[0].Split(' ') is [_, "blob", var blob]
            ? await ReadBoundedAsync(await NetworkCallAsync(["cat-file", "blob", CommitName.Checked(blob)], cancellationToken).ConfigureAwait(false), maxBytes, cancellationToken).ConfigureAwait(false)
            : null;
    }

    /// <summary>A file of a commit, byte for byte; null when the commit has none of this name, or a larger one.</summary>
    /// <param name="sha">All digits of the commit.</param>
    /// <param name="path">From the top of the repository.</param>
    /// <param name="maxBytes">Most bytes that are read.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<CommittedFile?> FileAsync(string sha, string path, int maxBytes, CancellationToken cancellationToken)
    {
        var list = await NetworkCallAsync(["ls-tree", "-l", "-z", CommitName.Checked(sha), "--", path], cancellationToken).ConfigureAwait(false);
        var found = await Git.RunAsync(list, cancellationToken).ConfigureAwait(false);
        if (found.Text.Split('\t')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var mode, "blob", var blob, var digits]
            || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var size) || size > maxBytes)
        {
            return null;
        }

        var content = new byte[size];
        var call = Call("cat-file", "blob", CommitName.Checked(blob));
        var count = 0;
        var (code, errors) = await Git.StreamAsync(call, async (stream, token) => count = await stream.ReadAtLeastAsync(content, size, throwOnEndOfStream: false, token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        return code == 0 && count == size ? new CommittedFile(content, IsExecutable: mode == "100755", IsLink: mode == "120000") : throw GitProgram.Failure(call, code, errors);
    }

    /// <summary>Changes the files from one state to another; only files that differ between both are touched, none through a symbolic link.</summary>
    /// <param name="from">All digits of the commit or tree that they are in.</param>
    /// <param name="to">All digits of the commit or tree that they get.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="GitException">A file is not as in <paramref name="from"/>; nothing was changed.</exception>
    public async Task SwitchAsync(string from, string to, CancellationToken cancellationToken)
    {
        var index = Path.Combine(GitDir, SwitchedIndex);
        Staging.CopyIndex(Path.Combine(GitDir, "index"), index);
        await Git.RunAsync(Staging.Call(this, index, "read-tree", "--reset", CommitName.Checked(from)), cancellationToken).ConfigureAwait(false);
        _ = await Git.TryAsync(Staging.Call(this, index, "update-index", "-q", "--refresh", "--ignore-submodules"), cancellationToken).ConfigureAwait(false);
        var call = await NetworkCallAsync(["read-tree", "-m", "-u", CommitName.Checked(from), CommitName.Checked(to)], cancellationToken).ConfigureAwait(false);
        await Git.RunAsync(call with { Variables = new Dictionary<string, string> { ["GIT_INDEX_FILE"] = index } }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Moves the branch and the files on to a commit that builds on the branch.</summary>
    /// <param name="sha">All digits of the commit.</param>
    /// <param name="cancellationToken">Ends it; the branch is then where it was or at the commit.</param>
    /// <exception cref="GitException">A file was changed since the last commit; nothing was done.</exception>
    public async Task AdvanceAsync(string sha, CancellationToken cancellationToken)
    {
        var head = await HeadAsync(cancellationToken).ConfigureAwait(false);
        await SwitchAsync(head, sha, cancellationToken).ConfigureAwait(false);
        await Git.RunAsync(Call("update-ref", "refs/heads/" + Plan.Branch, CommitName.Checked(sha), head), cancellationToken).ConfigureAwait(false);
        File.Move(Path.Combine(GitDir, SwitchedIndex), Path.Combine(GitDir, "index"), overwrite: true);
    }

    /// <summary>Removes the run's repository; the files stay.</summary>
    public void Remove() => RepositoryFiles.Remove(GitDir);

    internal void Expect(string? tip)
    {
        _state = _state with { ExpectedTip = tip };
        _state.Save(GitDir);
    }

    internal GitCall Call(params string[] arguments) => new(arguments) { GitDir = GitDir, WorkTree = Workspace };

    /// <summary>A call that may fetch contents of files that are not here yet.</summary>
    internal async Task<GitCall> NetworkCallAsync(string[] arguments, CancellationToken cancellationToken)
    {
        var remotes = Remotes;
        return Call(arguments) with { Access = await GitAccess.ToAsync(_credentials, remotes, cancellationToken).ConfigureAwait(false), Subject = remotes[0].Url };
    }

    private async Task<BoundedText> ReadBoundedAsync(GitCall call, int maxBytes, CancellationToken cancellationToken)
    {
        var buffer = new byte[maxBytes + 1];
        var count = 0;
        var (code, errors) = await Git.StreamAsync(call, async (stream, token) => count = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

        // Ended by us when it had more to say.
        return code == 0 || count > maxBytes
            ? await BoundedText.ReadToEndAsync(new MemoryStream(buffer, 0, count), maxBytes, cancellationToken).ConfigureAwait(false)
            : throw GitProgram.Failure(call, code, errors);
    }

    // The last line of a cut text may hold half a key, which no rule knows.
    private static string Without(IReadOnlyCollection<string> secrets, BoundedText diff) =>
        new SecretScan(secrets).Without(diff.Truncated ? diff.Text[..(diff.Text.LastIndexOf('\n') + 1)] : diff.Text);

    // They were accepted when the run was checked out.
    private static RepositoryAddress Remote(string url) => RepositoryAddress.Parse(url, AddressRules.Default with { AllowLocal = true, AllowPlainHttp = true });
}
