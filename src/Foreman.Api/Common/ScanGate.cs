namespace Foreman.Api;

/// <summary>
/// A gate that builds the release images of a repository and scans them for known vulnerabilities. An empty one asks for all images.
/// Not part of this release: what sets it is refused.
/// </summary>
public sealed record ScanGate
{
    /// <summary>Names of the images that are scanned; all of the repository's when absent.</summary>
    public IReadOnlyList<string>? Images { get; init; }

    /// <summary>Severities that fail the gate; CRITICAL and HIGH when absent.</summary>
    public IReadOnlyList<string>? Severity { get; init; }

    /// <summary>Whether findings that no update mends are passed over; true when absent.</summary>
    public bool? IgnoreUnfixed { get; init; }

    /// <summary>Container image that builds the programs.</summary>
    public string? BuilderImage { get; init; }

    /// <summary>Container image that assembles and scans the images.</summary>
    public string? RunnerImage { get; init; }
}
