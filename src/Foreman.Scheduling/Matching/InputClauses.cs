namespace Foreman.Scheduling;

/// <summary>Which hosts can have the files of a task.</summary>
internal static class InputClauses
{
    /// <summary>A file that is too large for the task's object lies on the disk of the host that made it, and nowhere else.</summary>
    public static ConstraintViolation? Host(MatchContext context)
    {
        foreach (var input in context.Demand.Task.Spec.Payload.Inputs ?? [])
        {
            if (input is { Content: null, Host: { Length: > 0 } host } && !string.Equals(host, context.Node.Name, StringComparison.Ordinal))
            {
                return new ConstraintViolation(
                    "without the files of an earlier task",
                    $"\"{input.FromTask?.Path}\" of task \"{input.FromTask?.Name}\" is on {host}",
                    $"bring {host} back, or create task \"{input.FromTask?.Name}\" again and then this one");
            }
        }

        return null;
    }
}
