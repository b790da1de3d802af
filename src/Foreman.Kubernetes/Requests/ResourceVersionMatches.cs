namespace Foreman.Kubernetes;

/// <summary>How the version that a list or watch asks for is meant.</summary>
public static class ResourceVersionMatches
{
    /// <summary>At exactly this version; the server answers 410 when it no longer has it.</summary>
    public const string Exact = "Exact";

    /// <summary>At this version or any later one.</summary>
    public const string NotOlderThan = "NotOlderThan";
}
