using System.Text.Json.Nodes;
using Foreman.Kubernetes;

namespace Foreman.Operator.Enroll;

/// <summary>Roles, and who has them.</summary>
internal static class Rbac
{
    public static readonly ResourceType Roles = new(Group, "v1", "Role", "roles", Namespaced: true);
    public static readonly ResourceType Bindings = new(Group, "v1", "RoleBinding", "rolebindings", Namespaced: true);

    private const string Group = "rbac.authorization.k8s.io";

    /// <summary>One verb on a kind of the core group; on objects of these names only, unless none is named.</summary>
    public static JsonObject Rule(string verb, string resource, params string[] names)
    {
        var rule = new JsonObject
        {
            ["apiGroups"] = new JsonArray(""),
            ["resources"] = new JsonArray(resource),
            ["verbs"] = new JsonArray(verb),
        };
        if (names.Length > 0)
        {
            rule["resourceNames"] = new JsonArray([.. names.Select(name => (JsonNode?)JsonValue.Create(name))]);
        }

        return rule;
    }

    /// <summary>Applies a Role, and a RoleBinding of the same name that gives it to ServiceAccounts.</summary>
    /// <param name="client">The admin's client.</param>
    /// <param name="metadata">Metadata of both.</param>
    /// <param name="rules">What the Role allows.</param>
    /// <param name="accounts">Who has it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="KubernetesException">The server refuses; not found also where it has no RBAC.</exception>
    public static async Task GrantAsync(
        IKubernetes client, JsonObject metadata, IReadOnlyList<JsonObject> rules, IReadOnlyList<(string Namespace, string Name)> accounts, CancellationToken cancellationToken)
    {
        var options = new PatchOptions { FieldManager = "foreman-operator", Force = true };
        var role = new JsonObject
        {
            ["apiVersion"] = Roles.ApiVersion,
            ["kind"] = Roles.Kind,
            ["metadata"] = metadata.DeepClone(),
            ["rules"] = new JsonArray([.. rules.Select(rule => rule.DeepClone())]),
        };
        var binding = new JsonObject
        {
            ["apiVersion"] = Bindings.ApiVersion,
            ["kind"] = Bindings.Kind,
            ["metadata"] = metadata.DeepClone(),
            ["roleRef"] = new JsonObject { ["apiGroup"] = Group, ["kind"] = Roles.Kind, ["name"] = metadata["name"]!.DeepClone() },
            ["subjects"] = new JsonArray([.. accounts.Select(account => (JsonNode)new JsonObject
            {
                ["kind"] = "ServiceAccount",
                ["name"] = account.Name,
                ["namespace"] = account.Namespace,
            })]),
        };
        await client.Dynamic.ApplyAsync(role, options, cancellationToken).ConfigureAwait(false);
        await client.Dynamic.ApplyAsync(binding, options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes a Role and its RoleBinding away; false when there was no RoleBinding.</summary>
    /// <exception cref="KubernetesException">The server refuses.</exception>
    public static async Task<bool> RevokeAsync(IKubernetes client, string name, string space, CancellationToken cancellationToken)
    {
        var wasBound = await DeleteAsync(client, new(Bindings, name, space), cancellationToken).ConfigureAwait(false);
        return await DeleteAsync(client, new(Roles, name, space), cancellationToken).ConfigureAwait(false) || wasBound;
    }

    /// <summary>Deletes an object; false when it was not there.</summary>
    /// <exception cref="KubernetesException">The server refuses.</exception>
    public static async Task<bool> DeleteAsync(IKubernetes client, ResourceKey target, CancellationToken cancellationToken)
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
