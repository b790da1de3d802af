using System.Text.Json.Nodes;

namespace Foreman.DevCluster.Writing;

/// <summary>Who makes a request: the owner of the cluster, a ServiceAccount with a token, or whom the owner impersonates. Roles there are none: policies alone tell them apart.</summary>
/// <param name="Name">User name.</param>
/// <param name="Groups">Groups of the user.</param>
internal sealed record ClusterUser(string Name, IReadOnlyList<string> Groups)
{
    /// <summary>The one whose token is in the kubeconfig, who may act as anybody.</summary>
    public static ClusterUser Owner { get; } = new("foreman-dev", ["system:masters", "system:authenticated"]);

    /// <summary>UID; empty for none.</summary>
    public string Uid { get; init; } = "";

    /// <summary>Further facts about the user by key, such as the pod that a token is for.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Extra { get; init; } = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);

    /// <summary>A ServiceAccount.</summary>
    /// <param name="space">Its namespace.</param>
    /// <param name="name">Its name.</param>
    public static ClusterUser ServiceAccount(string space, string name) => new(
        $"system:serviceaccount:{space}:{name}", [.. ServiceAccountGroups(space), "system:authenticated"]);

    /// <summary>The groups that every ServiceAccount of a namespace is in.</summary>
    /// <param name="space">The namespace.</param>
    public static IEnumerable<string> ServiceAccountGroups(string space) => ["system:serviceaccounts", "system:serviceaccounts:" + space];

    /// <summary>As <c>userInfo</c> of requests and reviews; what is empty is absent.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject { ["username"] = Name };
        if (Uid.Length > 0)
        {
            json["uid"] = Uid;
        }

        if (Groups.Count > 0)
        {
            json["groups"] = Texts(Groups);
        }

        if (Extra.Count > 0)
        {
            json["extra"] = new JsonObject(Extra.Select(extra => KeyValuePair.Create(extra.Key, (JsonNode?)Texts(extra.Value))));
        }

        return json;
    }

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => JsonValue.Create(text))];
}
