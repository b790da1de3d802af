using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>Which hosts a task selects, and which tasks a host admits.</summary>
internal static class SelectionClauses
{
    /// <summary>Both the admin's and the agent's list of namespaces contain the task's; an absent list admits all.</summary>
    public static ConstraintViolation? Namespace(MatchContext context)
    {
        var space = context.Demand.Namespace;
        var node = context.Node.Node;
        return Missing(node.Spec.Namespaces, "spec.namespaces") ?? Missing(node.Status?.TaskNamespaces, "--task-namespace");

        ConstraintViolation? Missing(IReadOnlyList<string>? list, string where) => list is null or [] || list.Contains(space, StringComparer.Ordinal)
            ? null
            : new ConstraintViolation(
                "for other namespaces",
                $"{context.Node.Name} takes tasks of {string.Join(", ", list)} ({where})",
                $"add {space} to {where} of {context.Node.Name}");
    }

    /// <summary>The host has all of the roles that are asked for.</summary>
    public static ConstraintViolation? Roles(MatchContext context)
    {
        if (context.Required.Roles is not { Count: > 0 } asked)
        {
            return null;
        }

        var roles = context.Node.Node.Spec.Roles ?? [];
        var missing = asked.Where(r => !roles.Contains(r, StringComparer.Ordinal)).ToArray();
        return missing.Length == 0
            ? null
            : new ConstraintViolation(
                "without the roles",
                $"{string.Join(", ", missing)} asked, {(roles.Count == 0 ? "none" : string.Join(", ", roles))} there",
                $"start the agent on {context.Node.Name} with --roles, or take the role out of {context.Demand.CapabilityPath}.roles");
    }

    /// <summary>The host carries every label of the node selector.</summary>
    public static ConstraintViolation? Labels(MatchContext context)
    {
        if (context.Required.NodeSelector is not { } selector)
        {
            return null;
        }

        foreach (var (key, value) in selector)
        {
            var there = context.Node.Node.GetLabel(key);
            if (!string.Equals(there, value, StringComparison.Ordinal))
            {
                return new ConstraintViolation(
                    "without the labels",
                    $"{key}={value} asked, {(there is null ? "no such label" : $"{key}={there}")} there",
                    $"kubectl label fleetnode {context.Node.Name} --overwrite {key}={value}");
            }
        }

        return null;
    }
}
