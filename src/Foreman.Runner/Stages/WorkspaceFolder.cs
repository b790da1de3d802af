using System.Globalization;
using Foreman.Api;

namespace Foreman.Runner.Stages;

/// <summary>Where an attempt works: one fresh directory each.</summary>
internal static class WorkspaceFolder
{
    /// <summary>Marks the folders of namespaces that were made here: nothing is ever cleared away in a folder of another's making.</summary>
    private const string Mark = ".foreman-workspaces";

    /// <summary>The directory of an attempt. Names of Kubernetes objects are safe names of files; this is checked, not believed.</summary>
    /// <exception cref="StageException">A name could lead out of the root.</exception>
    public static string PathOf(string root, Attempt attempt)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{attempt.Name}-{attempt.Number}");
        return IsSafe(attempt.Namespace) && IsSafe(name)
            ? Path.Combine(Path.GetFullPath(root), attempt.Namespace, name)
            : throw new StageException(FailureReason.InfrastructureError, $"'{attempt.Namespace}/{attempt.Name}' is not a name of a Kubernetes object, so it gets no workspace");
    }

    /// <summary>
    /// Makes room for a fresh directory: what lies there belongs to an earlier task of the same name and is moved aside,
    /// since it may hold what that task delivered.
    /// </summary>
    /// <exception cref="StageException">The root can't be written.</exception>
    public static void MakeRoom(string path)
    {
        try
        {
            MakeParent(Path.GetDirectoryName(path)!);
            if (!Directory.Exists(path))
            {
                return;
            }

            // A tilde is no character of object names, so this is never another attempt's directory.
            var number = 1;
            string aside;
            do
            {
                aside = string.Create(CultureInfo.InvariantCulture, $"{path}~{number++}");
            }
            while (Directory.Exists(aside));
            Directory.Move(path, aside);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StageException(FailureReason.InfrastructureError, $"the workspace {path} cannot be made: {e.Message} Check --workspace-dir");
        }
    }

    /// <summary>True for the folder of a namespace that was made here.</summary>
    public static bool IsOurs(string space) => IsSafe(Path.GetFileName(space)) && File.Exists(MarkOf(space));

    /// <summary>The file that marks the folder of a namespace as made here.</summary>
    public static string MarkOf(string space) => Path.Combine(space, Mark);

    /// <summary>True for the name of an attempt's directory, also of one that was moved aside.</summary>
    public static bool IsName(string name)
    {
        var tilde = name.LastIndexOf('~');
        var attempt = tilde < 0 ? name : name[..tilde];
        var dash = attempt.LastIndexOf('-');
        return dash > 0 && IsSafe(attempt) && IsNumber(attempt[(dash + 1)..]) && (tilde < 0 || IsNumber(name[(tilde + 1)..]));
    }

    private static void MakeParent(string space)
    {
        var isNew = !Directory.Exists(space);
        Directory.CreateDirectory(space);
        if (isNew || IsOfEarlierRelease(space))
        {
            File.WriteAllText(MarkOf(space), "");
        }
    }

    // Earlier releases set no mark; where one thing lies that no run made, nothing shows that the rest is ours.
    private static bool IsOfEarlierRelease(string space)
    {
        var entries = new DirectoryInfo(space).EnumerateFileSystemInfos().ToList();
        return entries.Count > 0 && entries.All(e => e is DirectoryInfo { LinkTarget: null } && IsName(e.Name));
    }

    private static bool IsNumber(string text) => text.Length > 0 && text.All(char.IsAsciiDigit);

    private static bool IsSafe(string name) =>
        name.Length is > 0 and <= 300
        && char.IsAsciiLetterOrDigit(name[0])
        && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.');
}
