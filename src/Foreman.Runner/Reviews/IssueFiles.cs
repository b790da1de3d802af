using System.Collections.Immutable;
using Foreman.Runner.Gates;

namespace Foreman.Runner.Reviews;

/// <summary>The files that an issue names, and whether a change touches them. Pure.</summary>
internal static class IssueFiles
{
    /// <summary>Names that are looked at.</summary>
    public const int MaxNames = 50;

    private static readonly char[] Between = [.. " \t\r\n`()[]{}\"',;<>*|"];

    // Few on purpose: a name that is missed costs nothing, one that is none would send a good change back.
    private static readonly HashSet<string> Usual = new(StringComparer.OrdinalIgnoreCase) { ".md", ".yaml", ".yml", ".sh", ".json", ".mod", ".sum", ".tmpl", ".proto", ".toml", ".mk" };
    private static readonly HashSet<string> Prose = new(StringComparer.OrdinalIgnoreCase) { ".md", ".markdown", ".rst", ".txt", ".adoc" };

    /// <summary>Paths and names of files in a text, in the order in which they stand there.</summary>
    /// <param name="text">Of an issue.</param>
    /// <param name="endings">Endings of sources that the task names besides; null for none.</param>
    public static ImmutableArray<string> In(string text, IReadOnlyList<string>? endings)
    {
        var more = (endings ?? []).Select(Dotted).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return
        [
            .. text.Replace("\\`", "`", StringComparison.Ordinal).Split(Between, StringSplitOptions.RemoveEmptyEntries)
                .Select(w => w.Trim('.', ':', '!', '?'))
                .Where(w => IsName(w) && Ending(w) is var ending && (Usual.Contains(ending) || more.Contains(ending) || (IsUsualSource(w) && !IsProduct(w))))
                .Distinct(StringComparer.Ordinal).Take(MaxNames),
        ];
    }

    /// <summary>Those of the names that are among files, by their path or by their name alone.</summary>
    public static ImmutableArray<string> Among(IEnumerable<string> names, IReadOnlyCollection<string> files)
    {
        var bare = files.Select(RepositoryTree.NameOf).ToHashSet(StringComparer.Ordinal);
        return [.. names.Where(n => bare.Contains(RepositoryTree.NameOf(n)))];
    }

    /// <summary>True when a change touches sources: one of nothing but texts and settings is often right about files that the issue does not name.</summary>
    /// <param name="changed">Its files.</param>
    /// <param name="endings">Endings of sources that the task names; null for those of the languages that have gates.</param>
    public static bool HasSources(IEnumerable<string> changed, IReadOnlyList<string>? endings) => endings is { Count: > 0 }
        ? changed.Any(f => endings.Select(Dotted).Any(e => f.EndsWith(e, StringComparison.OrdinalIgnoreCase)))
        : changed.Any(IsUsualSource);

    /// <summary>True for a text that only explains.</summary>
    public static bool IsProse(string name) => Prose.Contains(Ending(name));

    private static bool IsUsualSource(string path) => IGateLanguage.All.Any(l => l.Tests.Extensions.Any(e => path.EndsWith(e, StringComparison.OrdinalIgnoreCase)));

    // Node.js and Vue.js are no files.
    private static bool IsProduct(string word) => !word.Contains('/', StringComparison.Ordinal) && word.EndsWith(".js", StringComparison.OrdinalIgnoreCase);

    private static bool IsName(string word) => word.Length is > 2 and < 200
        && word.Split('/').All(part => part.Length > 0 && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-'));

    private static string Ending(string path) => RepositoryTree.NameOf(path) is var name && name.LastIndexOf('.') is > 0 and var at ? name[at..] : "";

    private static string Dotted(string ending) => ending.StartsWith('.') ? ending : "." + ending;
}
