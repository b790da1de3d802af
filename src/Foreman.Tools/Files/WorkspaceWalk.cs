using Foreman.Tools.Workspaces;

namespace Foreman.Tools.Files;

/// <summary>
/// Goes through the files of a workspace in order of their names, without <c>.git</c>, without what
/// a <c>.gitignore</c> leaves out, and without following links. It holds
/// a bounded number of names, however large a directory is, and passes over what can't be listed.
/// </summary>
/// <param name="workspace">The files.</param>
/// <param name="budget">Charged for each name.</param>
/// <param name="links">Gets the symbolic links on the way; null passes over them.</param>
internal sealed class WorkspaceWalk(Workspace workspace, ToolBudget budget, ICollection<WorkspacePath>? links = null)
{
    /// <summary>Directories nested deeper than this are passed over.</summary>
    internal const int MaxDepth = 64;

    /// <summary>Most names that are held at once, over all directories on the way down.</summary>
    internal const int MaxHeldNames = 32768;

    private const int MaxPage = 8192;
    private const int MinPage = 256;

    private readonly GitIgnore _ignore = new(workspace, budget);
    private bool _begun;
    private int _ignored;
    private int _held;
    private int _unlisted;
    private int _unnameable;
    private int _tooDeep;
    private int _others;

    /// <summary>Everything below a directory, directories before what is in them.</summary>
    /// <exception cref="WorkspaceException">The directory itself can't be listed.</exception>
    internal IEnumerable<(WorkspacePath Path, bool IsDirectory)> Entries(WorkspacePath from, bool recursive = true)
    {
        if (!_begun)
        {
            _begun = true;
            _ignore.Begin(from);
        }

        string? after = null;
        var linked = links is null ? null : new List<string>();
        var page = workspace.List(from, after, Math.Clamp(MaxHeldNames - _held, MinPage, MaxPage), budget, linked);
        _ignore.Enter(from);
        try
        {
            TakeLinks(from, linked);
            linked?.Clear();
            for (var first = true; ; first = false)
            {
                page = first ? page : workspace.List(from, after, Math.Clamp(MaxHeldNames - _held, MinPage, MaxPage), budget, linked is null ? null : []);
                _unnameable += first ? page.Unnameable : 0;
                _others += first ? page.Others : 0;
                _held += page.Entries.Count;
                foreach (var below in InPage(from, page, recursive))
                {
                    yield return below;
                }

                _held -= page.Entries.Count;
                if (!page.More)
                {
                    yield break;
                }

                after = page.Entries[^1].Name;
            }
        }
        finally
        {
            _ignore.Leave();
        }
    }

    /// <summary>What was passed over, a line each that ends with a line end; empty when nothing was.</summary>
    internal string Notes() => (_ignored == 0 ? "" : $"[{_ignored} left out because of .gitignore; give their path to see them]\n") + Faults();

    /// <summary>True when something was left out because of a <c>.gitignore</c>.</summary>
    internal bool HasIgnored => _ignored > 0;

    /// <summary>True when everything below was given but what a <c>.gitignore</c> leaves out.</summary>
    internal bool IsWholeButIgnored => _others == 0 && Faults().Length == 0;

    private string Faults() =>
        Note(_unlisted, "director", "y could", "ies could", " not be listed")
        + Note(_unnameable, "name", " is", "s are", " not UTF-8: left out")
        + Note(_tooDeep, "director", "y lies", "ies lie", $" deeper than {MaxDepth} levels: left out");

    /// <summary>True when everything below was given, so that there was no special file, nor a link that nobody asked for.</summary>
    internal bool IsWhole => !HasIgnored && IsWholeButIgnored;

    private IEnumerable<(WorkspacePath Path, bool IsDirectory)> InPage(WorkspacePath from, DirectoryPage page, bool recursive)
    {
        foreach (var entry in page.Entries)
        {
            if (entry.Name == ".git")
            {
                continue;
            }

            var path = from.Child(entry.Name);
            if (_ignore.Ignores(path, entry.IsDirectory))
            {
                _ignored++;
                continue;
            }

            yield return (path, entry.IsDirectory);
            if (!entry.IsDirectory || !recursive)
            {
                continue;
            }

            if (path.Names.Count >= MaxDepth)
            {
                _tooDeep++;
                continue;
            }

            foreach (var below in Listable(path))
            {
                yield return below;
            }
        }
    }

    private void TakeLinks(WorkspacePath from, IEnumerable<string>? names)
    {
        foreach (var path in (names ?? []).Where(n => n != ".git").Select(from.Child))
        {
            if (_ignore.Ignores(path, isDirectory: false))
            {
                _ignored++;
            }
            else
            {
                links!.Add(path);
            }
        }
    }

    // A directory that is gone or may not be read must not end the walk through all others.
    private IEnumerable<(WorkspacePath Path, bool IsDirectory)> Listable(WorkspacePath path)
    {
        using var entries = Entries(path).GetEnumerator();
        while (true)
        {
            try
            {
                if (!entries.MoveNext())
                {
                    yield break;
                }
            }
            catch (WorkspaceException)
            {
                _unlisted++;
                yield break;
            }

            yield return entries.Current;
        }
    }

    private static string Note(int count, string noun, string one, string many, string rest) =>
        count == 0 ? "" : $"[{count} {noun}{(count == 1 ? one : many)}{rest}]\n";
}
