using System.Text;
using System.Text.Json.Nodes;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Json;
using Foreman.DevCluster.Writing;

namespace Foreman.DevCluster.Lifecycle;

/// <summary>Rules of Secrets: stringData becomes base64 data, the type is immutable, and some types require keys.</summary>
internal sealed class SecretRules : KindRules
{
    public override void Prepare(JsonObject root, JsonObject? stored)
    {
        if (root.Object("stringData") is { } texts)
        {
            if (root.Object("data") is not { } data)
            {
                data = [];
                root["data"] = data;
            }

            foreach (var (key, value) in texts)
            {
                data[key] = Convert.ToBase64String(Encoding.UTF8.GetBytes(JsonTree.AsText(value) ?? ""));
            }
        }

        root.Remove("stringData");
        root["type"] ??= "Opaque";
    }

    public override void Validate(JsonObject root, JsonObject? stored, FieldErrors errors)
    {
        DataRules.CheckKeys(root, "data", errors);
        DataRules.CheckSize(DataRules.ByteSize(root.Object("data")), "data", errors);
        DataRules.CheckImmutable(root, stored, errors, "data");
        var type = root.Text("type") ?? "";
        foreach (var key in RequiredKeys(type).Where(key => root.Object("data")?.ContainsKey(key) != true))
        {
            errors.Add(FieldError.Required($"data[{key}]"));
        }

        if (stored is not null && type != stored.Text("type"))
        {
            errors.Add(FieldError.Invalid("type", $"\"{type}\"", "field is immutable"));
        }
    }

    private static string[] RequiredKeys(string type) => type switch
    {
        "kubernetes.io/tls" => ["tls.crt", "tls.key"],
        "kubernetes.io/dockerconfigjson" => [".dockerconfigjson"],
        "kubernetes.io/dockercfg" => [".dockercfg"],
        "kubernetes.io/ssh-auth" => ["ssh-privatekey"],
        _ => [],
    };
}
