using Foreman.Kubernetes;

namespace Foreman.Api.Tests.Policies;

/// <summary>Who makes requests in these tests; the cluster's admin impersonates it.</summary>
/// <param name="Title">For messages.</param>
/// <param name="User">User name.</param>
internal sealed record Caller(string Title, string User)
{
    private const string Prefix = "authentication.kubernetes.io/";

    /// <summary>What the token says of the pod that it is for; empty for none.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Extra { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>A ServiceAccount.</summary>
    public static Caller Account(string title, string space, string name) => new(title, $"system:serviceaccount:{space}:{name}");

    /// <summary>The same with a token that is for a pod.</summary>
    /// <param name="pod">Name of the pod.</param>
    /// <param name="uid">UID of the pod.</param>
    /// <param name="node">Kubernetes node of the pod; null for none.</param>
    public Caller InPod(string pod, string uid, string? node = null)
    {
        var extra = new Dictionary<string, IReadOnlyList<string>> { [Prefix + "pod-name"] = [pod], [Prefix + "pod-uid"] = [uid] };
        if (node is not null)
        {
            extra[Prefix + "node-name"] = [node];
        }

        return this with { Extra = extra };
    }

    /// <summary>The headers of it.</summary>
    public Impersonation ToImpersonation() => new() { User = User, Extra = Extra };
}
