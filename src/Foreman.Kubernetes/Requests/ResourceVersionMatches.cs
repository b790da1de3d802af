namespace Foreman.Kubernetes;

/// <summary>Values of resourceVersionMatch.</summary>
public static class ResourceVersionMatches
{
    /// <summary>At exactly this version; the server answers 410 when it no longer has it.</summary>
    public const string Exact = "Exact";

    /// <summary>At this version or any later one.</summary>
    public const string NotOlderThan = "NotOlderThan";
}
