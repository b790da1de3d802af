namespace Foreman.Scheduling;

/// <summary>The host has all of the roles that are asked for.</summary>
internal sealed class RoleClause : IClause
{
    /// <inheritdoc/>
    public ConstraintViolation? Check(MatchContext context)
    {
        var roles = context.Node.Node.Spec.Roles ?? [];
        var missing = (context.Demand.Capability.Roles ?? []).Where(r => !roles.Contains(r, StringComparer.Ordinal)).ToArray();
        return missing.Length == 0
            ? null
            : new ConstraintViolation(
                "without the roles",
                $"{string.Join(", ", missing)} asked, {(roles.Count == 0 ? "none" : string.Join(", ", roles))} there",
                $"start the agent on {context.Node.Name} with --roles, or take the role out of {context.Demand.CapabilityPath}.roles");
    }
}
