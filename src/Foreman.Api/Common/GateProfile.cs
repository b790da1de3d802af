namespace Foreman.Api;

/// <summary>How a repository is checked.</summary>
public sealed record GateProfile
{
    /// <summary>Language whose usual commands apply; go when absent.</summary>
    public GateLanguage? Language { get; init; }

    /// <summary>Container image that the gate runs in.</summary>
    public string? Image { get; init; }

    /// <summary>File endings that count as source.</summary>
    public IReadOnlyList<string>? SourceExtensions { get; init; }

    /// <summary>Where tests and sources lie.</summary>
    public TestLayout? TestLayout { get; init; }

    /// <summary>Commands of the gate.</summary>
    public GateCommands? Commands { get; init; }
}
