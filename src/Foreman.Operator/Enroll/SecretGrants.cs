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
    private const string Group = "rbac.authorization.k8s.io";
    private const string NodeAnnotation = Labels.Prefix + "node";
    private const string SecretAnnotation = Labels.Prefix + "secret";
    private const string Selector = "app.kubernetes.io/part-of=foreman,app.kubernetes.io/component=host-secret";
    private const int MaxReadableName = 200;

    private static readonly ResourceType Roles = new(Group, "v1", "Role", "roles", Namespaced: true);
    private static readonly ResourceType Bindings = new(Group, "v1", "RoleBinding", "rolebindings", Namespaced: true);

    /// <summary>Lets a host read a Secret, which need not exist yet. It may be repeated.</summary>
    /// <exception cref="ExitException">The namespace is not there, or the server has no RBAC.</exception>
    /// <exception cref="KubernetesException">The server refuses.</exception>
    public static async Task GrantAsync(IKubernetes client, EnrollRequest request, SecretName secret, CancellationToken cancellationToken)
    {
        try
        {
            var options = new PatchOptions { FieldManager = "foreman-operator", Force = true };
            await client.Dynamic.ApplyAsync(Role(request.Node, secret), options, cancellationToken).ConfigureAwait(false);
            await client.Dynamic.ApplyAsync(Binding(request, secret), options, cancellationToken).ConfigureAwait(false);
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
    public static async Task<bool> RevokeAsync(IKubernetes client, string node, SecretName secret, CancellationToken cancellationToken)
    {
        var name = NameOf(node, secret);
        var wasBound = await DeleteAsync(client, new(Bindings, name, secret.Namespace), cancellationToken).ConfigureAwait(false);
        return await DeleteAsync(client, new(Roles, name, secret.Namespace), cancellationToken).ConfigureAwait(false) || wasBound;
    }

    /// <summary>The Secrets that a host may read by grants of this command, in order; null when the caller may not look.</summary>
    /// <exception cref="KubernetesException">The server refuses for another reason.</exception>
    public static async Task<IReadOnlyList<string>?> ListAsync(IKubernetes client, string node, CancellationToken cancellationToken)
    {
        try
        {
            var list = await client.Dynamic.ListAsync(Bindings, null, new ListOptions { LabelSelector = Selector }, cancellationToken).ConfigureAwait(false);
            return [.. (list["items"] as JsonArray ?? [])
                .Select(item => item?["metadata"]?["annotations"] as JsonObject)
                .Where(annotations => (string?)annotations?[NodeAnnotation] == node)
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

    private static JsonObject Role(string node, SecretName secret) => new()
    {
        ["apiVersion"] = Roles.ApiVersion,
        ["kind"] = Roles.Kind,
        ["metadata"] = Metadata(node, secret),
        ["rules"] = new JsonArray(new JsonObject
        {
            ["apiGroups"] = new JsonArray(""),
            ["resources"] = new JsonArray("secrets"),
            ["resourceNames"] = new JsonArray(secret.Name),
            ["verbs"] = new JsonArray("get"),
        }),
    };

    private static JsonObject Binding(EnrollRequest request, SecretName secret) => new()
    {
        ["apiVersion"] = Bindings.ApiVersion,
        ["kind"] = Bindings.Kind,
        ["metadata"] = Metadata(request.Node, secret),
        ["roleRef"] = new JsonObject { ["apiGroup"] = Group, ["kind"] = Roles.Kind, ["name"] = NameOf(request.Node, secret) },
        ["subjects"] = new JsonArray(new JsonObject
        {
            ["kind"] = "ServiceAccount",
            ["name"] = request.Node,
            ["namespace"] = Labels.HostsNamespace(request.Namespace),
        }),
    };

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
        ["annotations"] = new JsonObject { [NodeAnnotation] = node, [SecretAnnotation] = secret.ToString() },
    };

    private static async Task<bool> DeleteAsync(IKubernetes client, ResourceKey target, CancellationToken cancellationToken)
    {
        try
        {
            await client.Dynamic.DeleteAsync(target, cancellationToken: cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            return false;
        }
    }
}
