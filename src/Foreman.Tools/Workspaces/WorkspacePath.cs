using Foreman.Primitives;
using Foreman.Tools.Files;

namespace Foreman.Tools.Workspaces;

/// <summary>
/// A path inside the workspace, as a list of plain names. Parsing is purely textual: what can't be a name below the
/// workspace is refused here, what exists on disk is looked at by <see cref="Workspace"/>.
/// </summary>
internal sealed record WorkspacePath
{
    /// <summary>The longest path that is looked at, in characters.</summary>
    internal const int MaxLength = 4096;

    private WorkspacePath(IReadOnlyList<string> names) => Names = names;

    /// <summary>The workspace itself.</summary>
    internal static WorkspacePath Root { get; } = new([]);

    /// <summary>The names from the workspace's root down; empty for the root itself.</summary>
    internal IReadOnlyList<string> Names { get; }

    internal bool IsRoot => Names.Count == 0;

    /// <summary>Reads a path as a model wrote it.</summary>
    /// <exception cref="WorkspaceException">It is absolute, climbs with <c>..</c>, is too long, or holds characters no file name has.</exception>
    internal static WorkspacePath Parse(string text)
    {
        if (text.Length > MaxLength)
        {
            throw new WorkspaceException($"path is longer than {MaxLength} characters");
        }

        if (text.StartsWith('/') || text.StartsWith('~'))
        {
            throw new WorkspaceException($"path `{Shown(text)}` is not inside the workspace: give a path relative to its root, like `src/main.c`");
        }

        if (ShownName.FirstUnsafe(text) is { } unsafeCharacter)
        {
            throw new WorkspaceException($"path `{Shown(text)}` holds {unsafeCharacter}: name files without control characters, direction marks and broken characters");
        }

        var names = text.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(n => n != ".").ToArray();
        return names.Contains("..")
            ? throw new WorkspaceException($"path `{Shown(text)}` uses `..`: give a path relative to the workspace root without it")
            : new WorkspacePath(names);
    }

    /// <summary>Reads a path as a directory on disk has it, with names that no model may write.</summary>
    /// <exception cref="WorkspaceException">It is absolute, or has a name that is none.</exception>
    internal static WorkspacePath OnDisk(string path)
    {
        var names = path.Split('/');
        return names.Any(n => n is "" or "." or "..")
            ? throw new WorkspaceException($"path `{Shown(path)}` is not inside the workspace")
            : new WorkspacePath(names);
    }

    /// <summary>The path of a child.</summary>
    internal WorkspacePath Child(string name) => new([.. Names, name]);

    /// <summary>True when a name on the way is <c>.git</c> in any spelling: hooks and configuration there would be run later, by git.</summary>
    internal bool TouchesGit => Names.Any(n => n.Equals(".git", StringComparison.OrdinalIgnoreCase));

    /// <summary>The path for people and models: what is unsafe in names on disk is escaped.</summary>
    public override string ToString() => Names.Count == 0 ? "." : ShownName.Of(string.Join('/', Names));

    public bool Equals(WorkspacePath? other) => other is not null && Names.SequenceEqual(other.Names, StringComparer.Ordinal);

    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    private static string Shown(string text) => Printable.Line(ShownName.Of(text));
}
