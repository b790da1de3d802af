using System.Text.Json.Nodes;

namespace Foreman.DevCluster.Writing;

/// <summary>Who asks: the owner of the cluster, a ServiceAccount, or whom the owner impersonates. There is no RBAC: everybody may do everything that policies allow.</summary>
/// <param name="Name">The user name.</param>
/// <param name="Groups">Groups that the user is in.</param>
internal sealed record ClusterUser(string Name, IReadOnlyList<string> Groups)
{
    /// <summary>The user of the cluster's own kubeconfig, who may act as anybody.</summary>
    public static ClusterUser Admin { get; } = new("foreman-dev", ["system:masters", "system:authenticated"]);

    /// <summary>UID of the user; empty for none.</summary>
    public string Uid { get; init; } = "";

    /// <summary>Further facts of the user, by key.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Extra { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>The user that a ServiceAccount is.</summary>
    /// <param name="space">Its namespace.</param>
    /// <param name="name">Its name.</param>
    /// <param name="uid">Its UID.</param>
    /// <param name="credential">Id of the token.</param>
    public static ClusterUser OfServiceAccount(string space, string name, string uid, string credential) =>
        new($"system:serviceaccount:{space}:{name}", [.. ServiceAccountGroups(space), "system:authenticated"])
        {
            Uid = uid,
            Extra = new Dictionary<string, IReadOnlyList<string>> { ["authentication.kubernetes.io/credential-id"] = ["JTI=" + credential] },
        };

    /// <summary>The groups that every ServiceAccount of a namespace is in.</summary>
    /// <param name="space">The namespace.</param>
    public static IEnumerable<string> ServiceAccountGroups(string space) => ["system:serviceaccounts", "system:serviceaccounts:" + space];

    /// <summary>As reviews and policies see it; what is empty is absent.</summary>
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
            json["extra"] = new JsonObject(Extra.Select(fact => KeyValuePair.Create(fact.Key, (JsonNode?)Texts(fact.Value))));
        }

        return json;
    }

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode?)JsonValue.Create(text))]);
}
