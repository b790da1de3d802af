namespace Foreman.Git.Forges;

/// <summary>A repository on a forge.</summary>
public sealed record ForgeRepository
{
    private ForgeRepository(string fullName) => FullName = fullName;

    /// <summary><c>owner/name</c>; on GitLab groups may be nested: <c>group/sub/name</c>.</summary>
    public string FullName { get; }

    /// <summary>All before the last slash.</summary>
    public string Owner => FullName[..FullName.LastIndexOf('/')];

    /// <summary>What follows the last slash.</summary>
    public string Name => FullName[(FullName.LastIndexOf('/') + 1)..];

    /// <summary>Reads a full name.</summary>
    /// <param name="fullName">Two parts or more of letters, digits, <c>.</c>, <c>_</c> and <c>-</c>, none of them <c>.</c> or <c>..</c>; at most 400 characters.</param>
    /// <returns>Null when it is none.</returns>
    public static ForgeRepository? Parse(string fullName)
    {
        var parts = fullName.Split('/');
        return parts.Length >= 2 && fullName.Length <= 400 && parts.All(IsPart) ? new ForgeRepository(fullName) : null;
    }

    /// <inheritdoc/>
    public override string ToString() => FullName;

    private static bool IsPart(string part) =>
        part.Length > 0 && part is not ("." or "..") && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '~' or '+');
}
