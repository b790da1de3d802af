namespace Foreman.Scheduling;

/// <summary>Both the admin's and the agent's list of namespaces pending the task's; an absent list holds all.</summary>
internal sealed class NamespaceClause : IClause
{
    /// <inheritdoc/>
    public ConstraintViolation? Check(MatchContext context)
    {
        var space = context.Demand.Task.Metadata.NamespaceProperty ?? "";
        var node = context.Node.Node;
        return Missing(node.Spec.Namespaces, "spec.namespaces") ?? Missing(node.Status?.TaskNamespaces, "--task-namespace");

        ConstraintViolation? Missing(IReadOnlyList<string>? list, string where) => list is null or [] || list.Contains(space, StringComparer.Ordinal)
            ? null
            : new ConstraintViolation(
                "for other namespaces",
                $"{context.Node.Name} takes tasks of {string.Join(", ", list)} ({where})",
                $"add {space} to {where} of {context.Node.Name}");
    }
}
