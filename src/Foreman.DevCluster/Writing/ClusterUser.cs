using System.Text.Json.Nodes;

namespace Foreman.DevCluster.Writing;

/// <summary>The one user of the cluster, who may do everything.</summary>
internal static class ClusterUser
{
    public const string Name = "foreman-dev";

    public static JsonObject ToJson() => new() { ["username"] = Name, ["groups"] = new JsonArray("system:masters", "system:authenticated") };
}
