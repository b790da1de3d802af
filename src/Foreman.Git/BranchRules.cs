using Foreman.Primitives;

namespace Foreman.Git;

/// <summary>What a branch is named after.</summary>
public sealed record BranchNaming
{
    /// <summary>The task's name; used when nothing else names the branch.</summary>
    public required string Task { get; init; }

    /// <summary>A name that was asked for; it is used as it is.</summary>
    public string? Branch { get; init; }

    /// <summary>What stands before the first slash; <c>foreman</c> when absent.</summary>
    public string? Prefix { get; init; }

    /// <summary>The Workload that the task belongs to.</summary>
    public string? Workload { get; init; }

    /// <summary>The issue's number.</summary>
    public int? Issue { get; init; }
}

/// <summary>What to do with work that is there already.</summary>
public enum BranchStart
{
    /// <summary>Begin at the base.</summary>
    Reset,

    /// <summary>Take earlier work and put it onto the base.</summary>
    Rebase,
}

/// <summary>What is asked of a branch.</summary>
public sealed record BranchWishes
{
    /// <summary>Its name.</summary>
    public required string Branch { get; init; }

    /// <summary>Where it begins; null for <c>main</c>, or the server's default branch where there is no <c>main</c>.</summary>
    public string? Base { get; init; }

    /// <summary>What to do with earlier work.</summary>
    public BranchStart Start { get; init; }

    /// <summary>The branch with the earlier work, which must be there; used with <see cref="BranchStart.Rebase"/> only.</summary>
    public string? ReviseFrom { get; init; }

    /// <summary>True permits to replace commits that are on the branch already.</summary>
    public bool AllowOverwrite { get; init; }
}

/// <summary>How a branch is begun, and what is expected of it when it is pushed.</summary>
public sealed record BranchPlan
{
    /// <summary>Its name.</summary>
    public required string Branch { get; init; }

    /// <summary>The branch that it begins at.</summary>
    public required string Base { get; init; }

    /// <summary>The commit that it begins at.</summary>
    public required string BaseSha { get; init; }

    /// <summary>A commit whose work is put onto the base first; null for none.</summary>
    public string? RestoreSha { get; init; }

    /// <summary>A commit that is checked out as it is, for work that looks at a branch; null to begin at the base.</summary>
    public string? AtSha { get; init; }

    /// <summary>The commit that the branch has on the side that is pushed to; null when it must not be there.</summary>
    public string? ExpectedTip { get; init; }

    /// <summary>True permits to replace commits that are on the branch already.</summary>
    public bool AllowOverwrite { get; init; }

    /// <summary>What was asked for and can't be, in words; null when all can.</summary>
    public string? Note { get; init; }
}

/// <summary>Names and beginnings of branches. Pure.</summary>
public static class BranchRules
{
    private const int MaxLength = 200;
    private const string DefaultPrefix = "foreman";
    private const string DefaultBase = "main";

    /// <summary>The name: the one asked for, else <c>foreman/WORKLOAD/issue-N</c>, <c>foreman/issue-N</c> or <c>foreman/TASK</c>.</summary>
    /// <exception cref="GitException">The name asked for, or made, is none that is used (BadName).</exception>
    public static string NameOf(BranchNaming naming)
    {
        var prefix = string.IsNullOrEmpty(naming.Prefix) ? DefaultPrefix : naming.Prefix.TrimEnd('/');
        var name = !string.IsNullOrEmpty(naming.Branch) ? naming.Branch
            : naming.Issue is not { } issue ? $"{prefix}/{naming.Task}"
            : string.IsNullOrEmpty(naming.Workload) ? $"{prefix}/issue-{issue}"
            : $"{prefix}/{naming.Workload}/issue-{issue}";
        return Checked(name);
    }

    /// <summary>The branch of a second, stronger coder on the same issue.</summary>
    public static string Escalated(string branch) => branch + "-esc";

    /// <summary>The branch of work whose checks fail: people may finish it.</summary>
    public static string GateFailed(string branch) => branch + "-gate-failed";

    /// <summary>The name.</summary>
    /// <exception cref="GitException">It is none that is used (BadName).</exception>
    public static string Checked(string name) => Refusal(name) is { } why
        ? throw new GitException(GitFault.BadName, $"`{Printable.Line(name)}` can't be the name of a branch: {why}.")
        : name;

    /// <summary>
    /// Why a text is no name of a branch that is used: what git refuses, and what could be an option, a pattern or another kind of reference;
    /// null when it is one.
    /// </summary>
    public static string? Refusal(string name) =>
        name.Length is 0 or > MaxLength ? $"it must have 1 to {MaxLength} characters"
        : name.Any(c => c is <= ' ' or (char)127 or '~' or '^' or ':' or '?' or '*' or '[' or '\\' or '\uFFFD' || char.IsControl(c) || char.IsSurrogate(c)) ? "it holds a space, a control character, or one of ~^:?*[\\"
        : name[0] is '-' or '+' or '/' || name[^1] is '/' or '.' ? "it begins with - + or / or ends with / or ."
        : name.Contains("..", StringComparison.Ordinal) || name.Contains("//", StringComparison.Ordinal) || name.Contains("@{", StringComparison.Ordinal) ? "it holds .. // or @{"
        : name.Split('/').Any(p => p[0] == '.' || p.EndsWith(".lock", StringComparison.OrdinalIgnoreCase)) ? "a part of it begins with . or ends with .lock"
        : name is "@" or "HEAD" || name.StartsWith("refs/", StringComparison.Ordinal) || CommitName.IsWhole(name) ? "it means something else to git"
        : null;

    /// <summary>How the branch is begun.</summary>
    /// <param name="wishes">What is asked for.</param>
    /// <param name="upstream">Where the base comes from.</param>
    /// <param name="push">Where the branch is pushed to: the same, or a fork.</param>
    /// <exception cref="GitException">The base or the earlier work is not there (NotFound), or the branch is the base or the default branch (NotAllowed).</exception>
    public static BranchPlan Plan(BranchWishes wishes, Mirror upstream, Mirror push)
    {
        _ = Checked(wishes.Branch);
        var (name, tip) = BaseOf(wishes.Base, upstream);
        if ((wishes.Branch == name && IsSame(upstream.Address, push.Address)) || wishes.Branch == push.DefaultBranch)
        {
            throw new GitException(GitFault.NotAllowed, $"The branch `{wishes.Branch}` is the base or the default branch of {push.Address}: work goes onto a branch of its own.");
        }

        if (push.Branches.Keys.FirstOrDefault(b => IsBelow(b, wishes.Branch) || IsBelow(wishes.Branch, b)) is { } other)
        {
            throw new GitException(GitFault.NotAllowed, $"The branch `{wishes.Branch}` can't be made in {push.Address}, which has a branch `{Printable.Line(other)}`: git keeps branches as folders and files. Give it another name or prefix.");
        }

        var expected = push.Branches.GetValueOrDefault(wishes.Branch);
        var restore = wishes.Start is BranchStart.Rebase && !string.IsNullOrEmpty(wishes.ReviseFrom) ? EarlierWork(wishes.ReviseFrom, name, push) : null;
        return new BranchPlan
        {
            Branch = wishes.Branch,
            Base = name,
            BaseSha = tip,
            RestoreSha = restore == tip ? null : restore,
            ExpectedTip = expected,
            AllowOverwrite = wishes.AllowOverwrite,
            Note = NoteOf(wishes, name),
        };
    }

    /// <summary>A look at a branch as it is: for gates and reviews, which push nothing.</summary>
    /// <param name="branch">Its name.</param>
    /// <param name="baseBranch">What it is compared with; null as in <see cref="BranchWishes.Base"/>.</param>
    /// <param name="upstream">Where the base comes from.</param>
    /// <param name="push">Where the branch lies.</param>
    /// <exception cref="GitException">One of both is not there (NotFound).</exception>
    public static BranchPlan Existing(string branch, string? baseBranch, Mirror upstream, Mirror push)
    {
        var (name, tip) = BaseOf(baseBranch, upstream);
        return push.Branches.TryGetValue(Checked(branch), out var at)
            ? new BranchPlan { Branch = branch, Base = name, BaseSha = tip, AtSha = at, ExpectedTip = at }
            : throw new GitException(GitFault.NotFound, $"{push.Address} has no branch `{branch}`: was it pushed?");
    }

    private static bool IsBelow(string branch, string above) => branch.StartsWith(above + "/", StringComparison.Ordinal);

    // An address may be written with .git or without, and servers take names in any case.
    private static bool IsSame(RepositoryAddress one, RepositoryAddress other) =>
        one == other || (!one.IsLocal && !other.IsLocal && one.Host == other.Host && one.FullName.Equals(other.FullName, StringComparison.OrdinalIgnoreCase));

    private static (string Name, string Tip) BaseOf(string? wish, Mirror upstream)
    {
        // LLMKube's default is main; where nobody asked for a branch, the server's own serves as well.
        var name = !string.IsNullOrEmpty(wish) ? Checked(wish)
            : upstream.Branches.ContainsKey(DefaultBase) ? DefaultBase
            : upstream.DefaultBranch ?? DefaultBase;
        return upstream.Branches.TryGetValue(name, out var tip)
            ? (name, tip)
            : throw new GitException(
                GitFault.NotFound, upstream.Branches.Count == 0 ? $"{upstream.Address} has no branches: make its first commit." : $"{upstream.Address} has no branch `{Printable.Line(name)}` to begin at: name another base.");
    }

    // Beginning at the base instead would let the push replace the work that was to be gone on from.
    private static string EarlierWork(string branch, string baseName, Mirror push) => push.Branches.GetValueOrDefault(branch)
        ?? throw new GitException(
            GitFault.NotFound,
            $"{push.Address} has no branch `{Printable.Line(branch)}` with the work to go on from (reviseFromBranch): push it again, or leave reviseFromBranch and branchStrategy out to begin at `{baseName}`.");

    private static string? NoteOf(BranchWishes wishes, string name) => (wishes.Start, string.IsNullOrEmpty(wishes.ReviseFrom)) switch
    {
        (BranchStart.Reset, false) => $"The work on `{Printable.Line(wishes.ReviseFrom!)}` is not taken up: with branchStrategy reset a branch begins at `{name}`.",
        (BranchStart.Rebase, true) => $"branchStrategy rebase goes on from the branch that reviseFromBranch names, and that is empty: the work begins at `{name}`.",
        _ => null,
    };
}
