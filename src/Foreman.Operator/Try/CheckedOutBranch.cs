using Foreman.Primitives;

namespace Foreman.Operator.Try;

/// <summary>Reads which branch a clone has checked out, without running git in it.</summary>
internal static class CheckedOutBranch
{
    private const int MaxBytes = 4096;
    private const string Link = "gitdir: ";
    private const string Branch = "ref: refs/heads/";

    /// <summary>The branch; null when none is checked out, as in a bare repository, or the folder is no clone.</summary>
    /// <param name="clone">Absolute path of a clone, or of a worktree of one.</param>
    public static string? Of(string clone)
    {
        var git = Path.Combine(clone, ".git");
        var folder = Directory.Exists(git) ? git
            : Read(git) is { } text && text.StartsWith(Link, StringComparison.Ordinal) ? Path.Combine(clone, text[Link.Length..])
            : null;
        return folder is not null && Read(Path.Combine(folder, "HEAD")) is { } head && head.StartsWith(Branch, StringComparison.Ordinal) ? head[Branch.Length..] : null;
    }

    private static string? Read(string path) => BoundedText.ReadFile(path, MaxBytes) is { Truncated: false } text ? text.Text.TrimEnd('\n') : null;
}
