using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Hosting;
using Foreman.Kubernetes;

namespace Foreman.Operator.Enroll;

/// <summary>Which Secrets a host may read: a Role and a RoleBinding each, for one Secret by its name and one ServiceAccount.</summary>
internal static class SecretGrants
{
    private const string SecretAnnotation = Labels.Prefix + "secret";
    private const string Selector = "app.kubernetes.io/part-of=foreman,app.kubernetes.io/component=host-secret";
    private const int MaxReadableName = 200;

    /// <summary>Lets a host read a Secret, which need not exist yet. It may be repeated.</summary>
    /// <exception cref="ExitException">The namespace is not there, or the server has no RBAC.</exception>
    /// <exception cref="KubernetesException">The server refuses.</exception>
    public static async Task GrantAsync(IKubernetes client, EnrollRequest request, SecretName secret, CancellationToken cancellationToken)
    {
        try
        {
            await Rbac.GrantAsync(
                client, Metadata(request.Node, secret), [Rbac.Rule("get", "secrets", secret.Name)], [(Labels.HostsNamespace(request.Namespace), request.Node)], cancellationToken).ConfigureAwait(false);
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            throw new ExitException(
                ExitCodes.Failed,
                $"{secret} can't be granted: the namespace {secret.Namespace} is not there, or this API server has no RBAC (the dev cluster has none, and asks for no grants): {e.Message}");
        }
    }

    /// <summary>Takes the right back; false when it was not there.</summary>
    /// <exception cref="KubernetesException">The server refuses.</exception>
    public static Task<bool> RevokeAsync(IKubernetes client, string node, SecretName secret, CancellationToken cancellationToken) =>
        Rbac.RevokeAsync(client, NameOf(node, secret), secret.Namespace, cancellationToken);

    /// <summary>The Secrets that a host may read by grants of this command, in order; null when the caller may not look.</summary>
    /// <exception cref="KubernetesException">The server refuses for another reason.</exception>
    public static async Task<IReadOnlyList<string>?> ListAsync(IKubernetes client, EnrollRequest request, CancellationToken cancellationToken)
    {
        // Another release may have a host of the same name.
        var space = Labels.HostsNamespace(request.Namespace);
        try
        {
            var list = await client.Dynamic.ListAsync(Rbac.Bindings, null, new ListOptions { LabelSelector = Selector }, cancellationToken).ConfigureAwait(false);
            return [.. (list["items"] as JsonArray ?? [])
                .Where(item => (item?["subjects"] as JsonArray ?? []).Any(subject => (string?)subject?["namespace"] == space))
                .Select(item => item?["metadata"]?["annotations"] as JsonObject)
                .Where(annotations => (string?)annotations?[Labels.Node] == request.Node)
                .Select(annotations => (string?)annotations![SecretAnnotation])
                .OfType<string>()
                .Order(StringComparer.Ordinal)];
        }
        catch (KubernetesException e) when (e.IsForbidden || e.IsNotFound)
        {
            return null;
        }
    }

    /// <summary>Name of both objects: readable where it is short enough.</summary>
    internal static string NameOf(string node, SecretName secret)
    {
        var name = $"foreman-host:{node}:{secret.Name}";
        return name.Length <= MaxReadableName ? name
            : $"{name[..MaxReadableName]}:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..16]}";
    }

    private static JsonObject Metadata(string node, SecretName secret) => new()
    {
        ["name"] = NameOf(node, secret),
        ["namespace"] = secret.Namespace,
        ["labels"] = new JsonObject
        {
            ["app.kubernetes.io/part-of"] = "foreman",
            ["app.kubernetes.io/component"] = "host-secret",
            ["app.kubernetes.io/managed-by"] = "foreman-operator",
        },
        ["annotations"] = new JsonObject { [Labels.Node] = node, [SecretAnnotation] = secret.ToString() },
    };
}
