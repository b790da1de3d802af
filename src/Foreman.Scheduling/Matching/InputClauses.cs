namespace Foreman.Scheduling;

/// <summary>Which hosts can have the files of a task.</summary>
internal static class InputClauses
{
    /// <summary>A file that is too large for the task's object lies on the disk of the host that made it, and nowhere else.</summary>
    public static ConstraintViolation? Host(MatchContext context)
    {
        foreach (var file in context.Demand.HostFiles)
        {
            if (!string.Equals(file.Host, context.Node.Name, StringComparison.Ordinal))
            {
                return new ConstraintViolation(
                    "without the files of an earlier task",
                    $"\"{file.Path}\" of task \"{file.Task}\" is on {file.Host}",
                    new Elsewhere($"bring {file.Host} back, or create task \"{file.Task}\" again and then this one"));
            }
        }

        return null;
    }
}
