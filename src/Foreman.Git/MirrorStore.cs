using Foreman.Git.Commands;
using Foreman.Git.Mirrors;
using Foreman.Primitives;
using Microsoft.Extensions.Logging;

namespace Foreman.Git;

/// <summary>
/// The mirrors of a host: one bare repository for each address, refreshed under a lock, cloned anew when it is damaged, and removed by age
/// and size. Runs share its packs and do not depend on it afterwards.
/// </summary>
/// <param name="folder">Where they lie: a folder of the agent's own, out of reach of what runs execute.</param>
/// <param name="git">The command.</param>
/// <param name="credentials">Tokens by host.</param>
/// <param name="limits">Bounds.</param>
/// <param name="log">Where repairs and removals are told.</param>
public sealed class MirrorStore(string folder, GitProgram git, ICredentialBroker credentials, MirrorLimits limits, ILogger log)
{
    private const string Origin = "origin";
    private const string Unfinished = ".part";

    // A run that has just refreshed a mirror is about to check out from it.
    private static readonly TimeSpan Grace = TimeSpan.FromHours(1);
    private static readonly string[] Heads = ["+refs/heads/*:refs/heads/*"];

    internal GitProgram Git => git;

    internal ICredentialBroker Credentials => credentials;

    /// <summary>Brings the mirror of a repository up to date, and makes it when there is none.</summary>
    /// <exception cref="GitException">The repository is not there, can't be read, is too large, or does not answer.</exception>
    public async Task<Mirror> RefreshAsync(RepositoryAddress address, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        using var taken = await LockAsync(address, cancellationToken).ConfigureAwait(false);
        return await RepairingAsync(address, () => RefreshLockedAsync(address, cancellationToken)).ConfigureAwait(false);
    }

    /// <summary>Gives a repository the objects of mirrors, with the contents of all files of some commits.</summary>
    /// <param name="mirrors">The mirrors.</param>
    /// <param name="commits">Commits that will be checked out.</param>
    /// <param name="gitDir">The repository that gets them.</param>
    /// <param name="cancellationToken">Ends it.</param>
    internal async Task ShareAsync(IReadOnlyList<Mirror> mirrors, IReadOnlyCollection<string> commits, string gitDir, CancellationToken cancellationToken)
    {
        foreach (var mirror in mirrors)
        {
            using var taken = await LockAsync(mirror.Address, cancellationToken).ConfigureAwait(false);
            await RepairingAsync(
                mirror.Address,
                async () =>
                {
                    var now = Directory.Exists(mirror.GitDir) ? mirror : await RefreshLockedAsync(mirror.Address, cancellationToken).ConfigureAwait(false);
                    foreach (var commit in commits.Distinct(StringComparer.Ordinal).Where(mirror.Branches.Values.Contains))
                    {
                        await CompleteAsync(now, commit, cancellationToken).ConfigureAwait(false);
                    }

                    RepositoryFiles.ShareObjects(mirror.GitDir, gitDir);
                    return now;
                }).ConfigureAwait(false);
        }
    }

    /// <summary>Removes a mirror that turned out to be damaged; the next refresh makes it anew.</summary>
    internal async Task DiscardAsync(RepositoryAddress address, CancellationToken cancellationToken)
    {
        using var taken = await LockAsync(address, cancellationToken).ConfigureAwait(false);
        RepositoryFiles.Remove(GitDirOf(address));
    }

    /// <summary>
    /// Removes what fetches that broke off more than a day ago have left, mirrors that nobody has used for long, then the least recently used until the
    /// rest is small enough. A mirror that is being worked on stays as it is, and one that was used within the last hour stays. It needs no git, and may
    /// run beside the stores of any process.
    /// </summary>
    /// <param name="folder">Where they lie; it need not be there.</param>
    /// <param name="limits">The bounds.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where removals are told.</param>
    /// <returns>Names of the folders that were removed.</returns>
    /// <exception cref="IOException">One can't be removed; those before it are gone.</exception>
    /// <exception cref="UnauthorizedAccessException">As above.</exception>
    public static IReadOnlyList<string> Sweep(string folder, MirrorLimits limits, TimeProvider time, ILogger log)
    {
        if (!Directory.Exists(folder))
        {
            return [];
        }

        var now = time.GetUtcNow().UtcDateTime;
        RemoveUnfinishedPacks(folder, now);
        var found = Mirrors(folder).Select(d => (Folder: d, Used: UsedAt(d.FullName), Size: RepositoryFiles.SizeOf(d.FullName))).OrderBy(m => m.Used).ToList();
        var total = found.Sum(m => m.Size);
        var removed = new List<string>();
        foreach (var (mirror, used, size) in found)
        {
            if (!IsSwept(mirror.Name, now - used, total, limits))
            {
                continue;
            }

            // Whoever works on a mirror has its lock, and may have begun after it was measured.
            using var taken = MirrorLock.TryTake(LockOf(IsUnfinished(mirror.Name) ? mirror.FullName[..^Unfinished.Length] : mirror.FullName));
            if (taken is null || UsedAt(mirror.FullName) != used)
            {
                continue;
            }

            RepositoryFiles.Remove(mirror.FullName);
            total -= size;
            removed.Add(mirror.Name);
            log.MirrorRemoved(mirror.Name, size >> 20);
        }

        return removed;
    }

    // They count for a mirror's size, and only its next fetch would remove them.
    private static void RemoveUnfinishedPacks(string folder, DateTime now)
    {
        foreach (var mirror in Mirrors(folder).Where(m => !IsUnfinished(m.Name) && RepositoryFiles.UnfinishedPacks(m.FullName, now).Any()))
        {
            using var taken = MirrorLock.TryTake(LockOf(mirror.FullName));
            if (taken is not null)
            {
                RepositoryFiles.RemoveUnfinishedPacks(mirror.FullName, now);
            }
        }
    }

    // A clone that nobody works on was left by a process that ended.
    private static bool IsSwept(string name, TimeSpan unused, long total, MirrorLimits limits) => IsUnfinished(name)
        || (unused > Grace && ((limits.MaxAge > TimeSpan.Zero && unused > limits.MaxAge) || (limits.MaxBytes > 0 && total > limits.MaxBytes)));

    private static bool IsUnfinished(string name) => name.EndsWith(Unfinished, StringComparison.Ordinal);

    private static IEnumerable<DirectoryInfo> Mirrors(string folder) =>
        new DirectoryInfo(folder).GetDirectories().Where(d => d.LinkTarget is null && (d.Name.EndsWith(".git", StringComparison.Ordinal) || d.Name.EndsWith(".git" + Unfinished, StringComparison.Ordinal)));

    private async Task<Mirror> RefreshLockedAsync(RepositoryAddress address, CancellationToken cancellationToken)
    {
        var access = await GitAccess.ToAsync(credentials, [address], cancellationToken).ConfigureAwait(false);
        var gitDir = GitDirOf(address);
        var listed = await git.RunAsync(
            new GitCall("ls-remote", "--symref", "--", address.Url, "HEAD", "refs/heads/*") { Access = access, Subject = address.Url }, cancellationToken).ConfigureAwait(false);
        var remote = RemoteHeads.Parse(listed.Text);
        var isSha256 = remote.Branches.Values.Any(CommitName.IsSha256);
        if (remote.Branches.Count > 0 && RepositoryFiles.IsSha256(gitDir) != isSha256)
        {
            // Another repository is at the address now; its objects can't be stored beside those of the old one.
            RepositoryFiles.Remove(gitDir);
        }

        var branches = Directory.Exists(gitDir) ? await HeadsAsync(gitDir, cancellationToken).ConfigureAwait(false) : null;
        if (branches is null || !Same(branches, remote.Branches))
        {
            await (branches is null ? CloneAsync(address, gitDir, access, isSha256, cancellationToken) : FetchAsync(address, gitDir, access, isSha256, cancellationToken)).ConfigureAwait(false);
            branches = await HeadsAsync(gitDir, cancellationToken).ConfigureAwait(false);
        }

        MarkUsed(gitDir);
        if (branches.Count == 0 && remote.Branches.Count > 0)
        {
            // git takes no branch whose history is cut, and says so in a warning only.
            throw new GitException(GitFault.NotAllowed, $"{address} is a shallow clone, which has no whole branch: run `git fetch --unshallow` in it.");
        }

        return new Mirror(address, gitDir, remote.Default is { } name && branches.ContainsKey(name) ? name : null, branches) { IsPartial = RepositoryFiles.IsPartial(gitDir) };
    }

    // It gets its name when it is whole, so what an ended process left behind is never taken for a mirror.
    private async Task CloneAsync(RepositoryAddress address, string gitDir, GitAccess access, bool isSha256, CancellationToken cancellationToken)
    {
        var temporary = gitDir + Unfinished;
        RepositoryFiles.Remove(temporary);
        try
        {
            await git.RunAsync(RepositoryFiles.Init(temporary, isSha256), cancellationToken).ConfigureAwait(false);
            await FetchAsync(address, temporary, access, isSha256, cancellationToken).ConfigureAwait(false);
            Directory.Move(temporary, gitDir);
        }
        finally
        {
            RepositoryFiles.Remove(temporary);
        }
    }

    private async Task FetchAsync(RepositoryAddress address, string gitDir, GitAccess access, bool isSha256, CancellationToken cancellationToken)
    {
        RepositoryFiles.RemoveLocks(gitDir);
        RepositoryFiles.RemoveUnfinishedPacks(gitDir, git.Time.GetUtcNow().UtcDateTime);

        // A folder of this host gives everything at once and can't be asked for more later.
        string[] filter = address.IsLocal ? [] : ["--filter=blob:none"];
        RepositoryFiles.Write(Path.Combine(gitDir, "config"), RepositoryFiles.Configuration([(Origin, address)], bare: true, partial: !address.IsLocal, isSha256));
        await git.RunAsync(
            new GitCall(["fetch", "--quiet", "--prune", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--no-auto-maintenance", .. filter, "--", Origin, .. Heads])
            {
                GitDir = gitDir,
                Access = access,
                Subject = address.Url,
                Watch = TooLarge(address, gitDir),
            },
            cancellationToken).ConfigureAwait(false);
        if (TooLarge(address, gitDir)() is { } why)
        {
            RepositoryFiles.Remove(gitDir);
            throw new GitException(GitFault.TooLarge, why);
        }

        if (RepositoryFiles.Packs(gitDir) > limits.MaxPacks)
        {
            await RepackAsync(address, gitDir, cancellationToken).ConfigureAwait(false);
        }
    }

    // What was fetched is whole without it, so a repository that is too large for its time or for the room on the disk is used all the same.
    private async Task RepackAsync(RepositoryAddress address, string gitDir, CancellationToken cancellationToken)
    {
        try
        {
            // Commits that no branch has any more stay: a run may have been planned on one.
            await git.RunAsync(new GitCall("repack", "-a", "-d", "-k", "-q") { GitDir = gitDir, Subject = address.Url }, cancellationToken).ConfigureAwait(false);
        }
        catch (GitException e) when (e.Fault is not GitFault.Corrupt)
        {
            log.MirrorNotPacked(address.Url, e.Message);
        }
    }

    // Fetches the contents of a commit's files that a partial mirror lacks, at once and not one by one.
    private async Task CompleteAsync(Mirror mirror, string commit, CancellationToken cancellationToken)
    {
        if (!mirror.IsPartial)
        {
            return;
        }

        var objects = await git.RunAsync(
            new GitCall("rev-list", "--objects", "--no-walk", "--missing=print", "--no-object-names", commit) { GitDir = mirror.GitDir, Subject = mirror.Address.Url }, cancellationToken).ConfigureAwait(false);
        var missing = objects.Text.Split('\n').Where(l => l.StartsWith('?')).Select(l => l[1..]).ToList();
        if (missing.Count == 0)
        {
            return;
        }

        var access = await GitAccess.ToAsync(credentials, [mirror.Address], cancellationToken).ConfigureAwait(false);
        await git.RunAsync(
            new GitCall("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--no-auto-maintenance", "--filter=blob:none", "--stdin", "--", Origin)
            {
                GitDir = mirror.GitDir,
                Access = access,
                Subject = mirror.Address.Url,
                Settings = [new("fetch.negotiationAlgorithm", "noop")],
                Watch = TooLarge(mirror.Address, mirror.GitDir),
            }.With(string.Concat(missing.Select(m => m + "\n"))),
            cancellationToken).ConfigureAwait(false);
    }

    private async Task<IReadOnlyDictionary<string, string>> HeadsAsync(string gitDir, CancellationToken cancellationToken)
    {
        var listed = await git.RunAsync(new GitCall("for-each-ref", "--format=%(objectname)%09%(refname)", "refs/heads/") { GitDir = gitDir }, cancellationToken).ConfigureAwait(false);
        return RemoteHeads.Parse(listed.Text).Branches;
    }

    private async Task<Mirror> RepairingAsync(RepositoryAddress address, Func<Task<Mirror>> work)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (GitException e) when (e.Fault is GitFault.Corrupt && Directory.Exists(GitDirOf(address)))
        {
            log.MirrorDamaged(address.Url, e.Message);
            RepositoryFiles.Remove(GitDirOf(address));
            return await work().ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw new GitException(GitErrors.Classify(e.Message) is GitFault.DiskFull ? GitFault.DiskFull : GitFault.Failed, $"The mirror of {address.Url} can't be written: {Printable.Line(e.Message)}", e);
        }
    }

    private Func<string?> TooLarge(RepositoryAddress address, string gitDir) => () => RepositoryFiles.SizeOf(gitDir) is var size && size > limits.MaxRepositoryBytes
        ? $"The repository {address.Url} is larger than {limits.MaxRepositoryBytes >> 20} MiB, the most that a mirror may have on this host."
        : null;

    private Task<MirrorLock> LockAsync(RepositoryAddress address, CancellationToken cancellationToken) =>
        MirrorLock.TakeAsync(LockOf(GitDirOf(address)), git.Options.NetworkLimit * 2, git.Time, cancellationToken);

    private string GitDirOf(RepositoryAddress address) => Path.Combine(folder, RepositoryFiles.KeyOf(address) + ".git");

    private static string LockOf(string gitDir) => gitDir + ".lock";

    private static string UsedFile(string gitDir) => Path.Combine(gitDir, "foreman-used");

    private void MarkUsed(string gitDir)
    {
        File.WriteAllText(UsedFile(gitDir), "");
        File.SetLastWriteTimeUtc(UsedFile(gitDir), git.Time.GetUtcNow().UtcDateTime);
    }

    private static DateTime UsedAt(string gitDir) => File.Exists(UsedFile(gitDir)) ? File.GetLastWriteTimeUtc(UsedFile(gitDir)) : DateTime.MinValue;

    private static bool Same(IReadOnlyDictionary<string, string> here, IReadOnlyDictionary<string, string> there) =>
        here.Count == there.Count && there.All(b => here.TryGetValue(b.Key, out var commit) && commit == b.Value);
}
