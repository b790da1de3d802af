namespace Foreman.Operator.Cli;

/// <summary>A clone that a person names by its folder.</summary>
internal static class LocalClone
{
    /// <summary>Its absolute path; null when the folder is not the top folder of a clone, or a bare one.</summary>
    /// <param name="folder">As it was typed.</param>
    public static string? PathOf(string folder)
    {
        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        return Directory.Exists(Path.Combine(path, ".git")) || File.Exists(Path.Combine(path, "HEAD")) ? path : null;
    }
}
