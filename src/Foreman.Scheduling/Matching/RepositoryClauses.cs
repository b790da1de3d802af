namespace Foreman.Scheduling;

/// <summary>Which hosts can have the repository of a task.</summary>
internal static class RepositoryClauses
{
    /// <summary>A folder is on one host, which the address names or not, and only agents that permit it take one; a stub host looks at none.</summary>
    public static ConstraintViolation? Local(MatchContext context)
    {
        if (context.Demand.FolderHost is not { } host || context.Node.IsStub)
        {
            return null;
        }

        var name = context.Node.Name;
        var there = context.Node.Node.Status?.Instance?.Host;
        if (host.Length > 0 && !string.Equals(host, there, StringComparison.OrdinalIgnoreCase))
        {
            return new ConstraintViolation(
                "on other machines",
                $"the repository is a folder of {host}, and {name} is on {there ?? "a machine without a name"}",
                new Elsewhere($"start foreman-agent on {host} with --allow-local-repos"));
        }

        return context.Capability.LocalRepositories == true
            ? null
            : new ConstraintViolation(
                "without local repositories",
                $"the repository is a folder, and the agent of {name} takes no folders from tasks",
                new AllowLocalRepositories(name));
    }
}
