namespace Foreman.Testing.Kubelet;

/// <summary>What a pod needs is not there, or can't be done; it is tried again.</summary>
/// <param name="message">What, as a kubelet says it.</param>
/// <param name="reason">A container's waiting reason.</param>
internal sealed class PodSetupException(string message, string reason = "CreateContainerConfigError") : Exception(message)
{
    /// <summary>A container's waiting reason.</summary>
    public string Reason { get; } = reason;
}
