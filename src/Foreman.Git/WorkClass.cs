namespace Foreman.Git;

/// <summary>
/// Classes of files, and of changes, which <c>verdictPolicy</c> names. A change has the class of seven tenths of its lines, else it is mixed. Pure.
/// </summary>
public static class WorkClass
{
    /// <summary>Rules of CI.</summary>
    public const string CiPolicy = "ci-policy";

    /// <summary>Rules of releases.</summary>
    public const string ReleasePolicy = "release-policy";

    /// <summary>Packaging.</summary>
    public const string Packaging = "packaging";

    /// <summary>Documentation.</summary>
    public const string Docs = "docs";

    /// <summary>Configuration.</summary>
    public const string Config = "config";

    /// <summary>Everything else.</summary>
    public const string CodeFix = "code-fix";

    /// <summary>A change in which no class has seven tenths of the lines.</summary>
    public const string Mixed = "mixed";

    private static readonly string[] DefaultSelfGo = [CodeFix, Docs, Packaging, Config];

    // The first class that fits is taken.
    private static readonly (string Class, string[] Folders, string[] Starts, string[] Ends)[] Table =
    [
        (CiPolicy, [".github/workflows/", ".github/actions/", ".gitlab/ci/", ".forgejo/workflows/", ".gitea/workflows/", ".circleci/", ".woodpecker/"], [".gitlab-ci.", ".woodpecker.", "azure-pipelines.", "Jenkinsfile"], []),
        (ReleasePolicy, [], [".goreleaser", "release-please"], []),
        (Packaging, ["Formula/", "charts/", "hack/publish-"], ["Dockerfile"], [".spec"]),
        (Docs, ["docs/", "examples/"], [], [".md"]),
        (Config, [], [], [".yaml", ".yml", ".toml", ".json"]),
    ];

    /// <summary>The class of a file.</summary>
    /// <param name="path">From the top of the repository.</param>
    public static string Of(string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        foreach (var (kind, folders, starts, ends) in Table)
        {
            if (folders.Any(f => path.StartsWith(f, StringComparison.Ordinal)) || starts.Any(s => name.StartsWith(s, StringComparison.Ordinal)) || ends.Any(e => name.EndsWith(e, StringComparison.Ordinal)))
            {
                return kind;
            }
        }

        return CodeFix;
    }

    /// <summary>The class of a change.</summary>
    public static string OfChange(IReadOnlyCollection<FileChange> changes)
    {
        var total = changes.Sum(Lines);
        return changes.Count == 0 ? CodeFix
            : changes.GroupBy(c => Of(c.Path)).FirstOrDefault(g => total > 0 && g.Sum(Lines) * 10 >= total * 7)?.Key ?? Mixed;
    }

    /// <summary>
    /// True when a coder's own GO does not suffice: the change's class is not on the list, unless it is mixed of classes that all are. A file
    /// of CI or release rules counts whatever its share, when the list does not have it.
    /// </summary>
    /// <param name="changes">The files.</param>
    /// <param name="selfGo">Classes for which it suffices; code-fix, docs, packaging and config when empty.</param>
    public static bool NeedsVerification(IReadOnlyCollection<FileChange> changes, IReadOnlyCollection<string> selfGo)
    {
        var allowed = selfGo.Count == 0 ? DefaultSelfGo : selfGo;
        if (changes.Any(c => Of(c.Path) is CiPolicy or ReleasePolicy && !allowed.Contains(Of(c.Path))))
        {
            return true;
        }

        var kind = OfChange(changes);
        var parts = changes.Where(c => Lines(c) > 0).Select(c => Of(c.Path)).Distinct().ToList();
        return !allowed.Contains(kind) && !(kind == Mixed && parts.Count > 0 && parts.All(allowed.Contains));
    }

    private static long Lines(FileChange change) => (long)change.Added + change.Deleted;
}
