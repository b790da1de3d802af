namespace Foreman.Api;

/// <summary>Where tests and sources lie in a repository.</summary>
public sealed record TestLayout
{
    /// <summary>Folder of the tests.</summary>
    public string? TestRoot { get; init; }

    /// <summary>Folder of the sources.</summary>
    public string? SourceRoot { get; init; }
}
