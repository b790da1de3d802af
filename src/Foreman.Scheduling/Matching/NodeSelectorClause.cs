using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>The host carries every label of the node selector.</summary>
internal sealed class NodeSelectorClause : IClause
{
    /// <inheritdoc/>
    public ConstraintViolation? Check(MatchContext context)
    {
        foreach (var (key, value) in context.Demand.Capability.NodeSelector ?? new Dictionary<string, string>())
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
