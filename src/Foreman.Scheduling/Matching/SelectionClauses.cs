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
        var (byAdmin, byAgent) = (Lacks(node.Spec.Namespaces, space), Lacks(node.Status?.TaskNamespaces, space));
        if (!byAdmin && !byAgent)
        {
            return null;
        }

        var (names, where) = byAdmin ? (node.Spec.Namespaces!, "spec.namespaces") : (node.Status!.TaskNamespaces!, "--task-namespace");
        return new ConstraintViolation(
            "for other namespaces",
            $"{context.Node.Name} takes tasks of {string.Join(", ", names)} ({where})",
            new AdmitNamespace(context.Node.Name, space, byAdmin && byAgent ? "spec.namespaces and --task-namespace" : where));
    }

    /// <summary>The host has all of the roles that are asked for.</summary>
    public static ConstraintViolation? Roles(MatchContext context)
    {
        if (context.Required.Roles is not { Count: > 0 } asked)
        {
            return null;
        }

        var roles = context.Node.Node.Spec.Roles ?? [];
        var missing = string.Join(", ", asked.Where(r => !roles.Contains(r, StringComparer.Ordinal)));
        return missing.Length == 0
            ? null
            : new ConstraintViolation(
                "without the roles",
                $"{missing} asked, {(roles.Count == 0 ? "none" : string.Join(", ", roles))} there",
                new Either(new AddRoles(context.Node.Name, missing), new DropRoles(context.Demand.CapabilityPath, missing)));
    }

    /// <summary>The host carries every label of the node selector.</summary>
    public static ConstraintViolation? Labels(MatchContext context)
    {
        if (context.Required.NodeSelector is not { } selector)
        {
            return null;
        }

        string? detail = null;
        List<string>? missing = null;
        foreach (var (key, value) in selector)
        {
            var there = context.Node.Node.GetLabel(key);
            if (!string.Equals(there, value, StringComparison.Ordinal))
            {
                detail ??= $"{key}={value} asked, {(there is null ? "no such label" : $"{key}={there}")} there";
                (missing ??= []).Add($"{key}={value}");
            }
        }

        return detail is null || missing is null ? null : new ConstraintViolation("without the labels", detail, new SetLabels(context.Node.Name, string.Join(' ', missing)));
    }

    private static bool Lacks(IReadOnlyList<string>? names, string space) => names is { Count: > 0 } && !names.Contains(space, StringComparer.Ordinal);
}
