namespace Foreman.Api;

/// <summary>What <c>spec.payload.repo</c> of a task names. Pure.</summary>
public static class TaskRepository
{
    /// <summary>True for a folder of a host, which has no issues and no pull requests; false for a repository of a forge, and for none.</summary>
    /// <param name="repo">The text; null for none.</param>
    public static bool IsFolder(string? repo) => repo is ['/' or '.', ..] || repo?.StartsWith("file:", StringComparison.OrdinalIgnoreCase) == true;
}
