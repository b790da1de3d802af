namespace Foreman.Kubernetes.Behaviour.Tests;

/// <summary>
/// Says why a behaviour is tested on kube-apiserver only. <c>docs/reference/dev-cluster.md</c> lists each of them with the same reason.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NotOnDevClusterAttribute(string reason) : Attribute
{
    /// <summary>What the dev cluster does instead, and why that is enough.</summary>
    public string Reason { get; } = reason;
}
