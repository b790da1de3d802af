namespace Foreman.Kubernetes;

/// <summary>Which objects a list holds and at which version.</summary>
public sealed record ListOptions
{
    /// <summary>Only objects whose labels match; see <see cref="Selectors"/>.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>Only objects whose fields match; see <see cref="Selectors"/>.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>Page size in objects; the rest follows by <see cref="ContinueToken"/>. Null for all at once.</summary>
    public int? Limit { get; init; }

    /// <summary>Token that the page before gave. It expires after some minutes; the server then answers 410.</summary>
    public string? ContinueToken { get; init; }

    /// <summary>A version to list at, as <see cref="ResourceVersionMatch"/> says; <c>0</c> for any that the server has at hand; null for the newest.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>One of <see cref="ResourceVersionMatches"/>; only with <see cref="ResourceVersion"/>, and then always better given.</summary>
    public string? ResourceVersionMatch { get; init; }
}
