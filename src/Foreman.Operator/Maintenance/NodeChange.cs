using System.Globalization;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Operator.Maintenance;

/// <summary>What an admin asks of a host. Pure.</summary>
internal abstract record NodeChange
{
    private NodeChange()
    {
    }

    /// <summary>The patch of the FleetNode; it fails when another host of that name has taken its place.</summary>
    /// <param name="node">The FleetNode as it was read.</param>
    public abstract V1Patch Patch(FleetNode node);

    /// <summary>What is said once it is stored.</summary>
    /// <param name="name">The host.</param>
    public abstract string Told(string name);

    // The server refuses a merge whose UID is another one's.
    private static V1Patch Of(FleetNode node, JsonObject spec) => V1Patch.Merge(new() { ["metadata"] = new JsonObject { ["uid"] = node.Uid() }, ["spec"] = spec });

    /// <summary>No new tasks.</summary>
    public sealed record Cordon : NodeChange
    {
        /// <inheritdoc/>
        public override V1Patch Patch(FleetNode node) => Of(node, new() { ["unschedulable"] = true });

        /// <inheritdoc/>
        public override string Told(string name) => $"{name} takes no new tasks; those that it has go on. Take it back with: foreman-operator uncordon {name}";
    }

    /// <summary>New tasks again; a drain ends too.</summary>
    public sealed record Uncordon : NodeChange
    {
        /// <inheritdoc/>
        public override V1Patch Patch(FleetNode node) => Of(node, new() { ["unschedulable"] = null, ["drain"] = null });

        /// <inheritdoc/>
        public override string Told(string name) => $"{name} takes new tasks again.";
    }

    /// <summary>No new tasks, and those that it has finish or are given back.</summary>
    /// <param name="Reason">Why, for people; null for none.</param>
    /// <param name="Deadline">When what still runs is given back; null for when it has ended by itself.</param>
    public sealed record Drain(string? Reason, DateTimeOffset? Deadline) : NodeChange
    {
        /// <inheritdoc/>
        public override V1Patch Patch(FleetNode node)
        {
            var at = Deadline?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
            return Of(node, new() { ["drain"] = new JsonObject { ["reason"] = Reason, ["deadline"] = at } });
        }

        /// <inheritdoc/>
        public override string Told(string name) =>
            $"{name} takes no new tasks; those that it has {(Deadline is { } at ? string.Create(CultureInfo.InvariantCulture, $"finish, or are given back at {at.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC") : "finish, however long they take (--deadline bounds it)")}. Take it back with: foreman-operator uncordon {name}";
    }
}
