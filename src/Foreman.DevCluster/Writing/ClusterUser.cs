using System.Text.Json.Nodes;

namespace Foreman.DevCluster.Writing;

/// <summary>Who asks. There is no RBAC: everybody may do everything that policies allow.</summary>
/// <param name="Name">The user name.</param>
/// <param name="Groups">Groups that the user is in.</param>
internal sealed record ClusterUser(string Name, IReadOnlyList<string> Groups)
{
    /// <summary>The user of the cluster's own kubeconfig.</summary>
    public static ClusterUser Admin { get; } = new("foreman-dev", ["system:masters", "system:authenticated"]);

    /// <summary>UID of the user; empty for none.</summary>
    public string Uid { get; init; } = "";

    /// <summary>Further facts of the user, by key.</summary>
    public IReadOnlyDictionary<string, string> Extra { get; init; } = new Dictionary<string, string>();

    /// <summary>The user that a ServiceAccount is.</summary>
    /// <param name="space">Its namespace.</param>
    /// <param name="name">Its name.</param>
    /// <param name="uid">Its UID.</param>
    /// <param name="credential">Id of the token.</param>
    public static ClusterUser OfServiceAccount(string space, string name, string uid, string credential) =>
        new($"system:serviceaccount:{space}:{name}", ["system:serviceaccounts", $"system:serviceaccounts:{space}", "system:authenticated"])
        {
            Uid = uid,
            Extra = new Dictionary<string, string> { ["authentication.kubernetes.io/credential-id"] = "JTI=" + credential },
        };

    /// <summary>As reviews and policies see it; what is empty is absent.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject { ["username"] = Name };
        if (Uid.Length > 0)
        {
            json["uid"] = Uid;
        }

        json["groups"] = new JsonArray([.. Groups.Select(group => (JsonNode?)JsonValue.Create(group))]);
        if (Extra.Count > 0)
        {
            json["extra"] = new JsonObject(Extra.Select(fact => KeyValuePair.Create(fact.Key, (JsonNode?)new JsonArray(fact.Value))));
        }

        return json;
    }
}
