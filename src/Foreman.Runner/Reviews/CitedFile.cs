using System.Collections.Immutable;

namespace Foreman.Runner.Reviews;

/// <summary>A file that a finding names, as the repository has it.</summary>
/// <param name="Path">From the top of the repository.</param>
/// <param name="Lines">How many lines it has, in the old file where it is gone; null when nobody counted.</param>
internal sealed record CitedFile(string Path, long? Lines)
{
    /// <summary>True when the branch changed it.</summary>
    public bool IsChanged { get; init; }

    /// <summary>The lines that the branch touched; null when they can't be told: a diff that is too long, or none of lines.</summary>
    public ImmutableHashSet<long>? Touched { get; init; } = [];

    /// <summary>The file of a repository that a reviewer means; null when there is none, or more than one.</summary>
    /// <param name="name">As the reviewer wrote it.</param>
    /// <param name="changed">Files that the branch changed.</param>
    /// <param name="all">All files of the branch.</param>
    public static string? Find(string name, IReadOnlyCollection<string> changed, IReadOnlySet<string> all)
    {
        var given = name.Trim().Trim('`', '"', '\'');
        var plain = given.TrimStart('/');
        while (plain.StartsWith("./", StringComparison.Ordinal))
        {
            plain = plain[2..];
        }

        string[] names = plain.Length > 2 && plain[1] == '/' && plain[0] is 'a' or 'b' ? [plain, plain[2..]] : [plain];
        if (names.FirstOrDefault(n => all.Contains(n) || changed.Contains(n)) is { } exact)
        {
            return exact;
        }

        // A path of the workspace has the folders above it in front.
        for (var at = given.StartsWith('/') ? plain.IndexOf('/', StringComparison.Ordinal) : -1; at >= 0; at = plain.IndexOf('/', at + 1))
        {
            if (plain[(at + 1)..] is var end && (all.Contains(end) || changed.Contains(end)))
            {
                return end;
            }
        }

        var ends = changed.Where(c => c.EndsWith("/" + names[^1], StringComparison.Ordinal)).Take(2).ToList();
        return names[^1].Length > 0 && ends.Count == 1 ? ends[0] : null;
    }
}
