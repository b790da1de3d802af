using System.Text;
using System.Text.Json.Nodes;
using Foreman.DevCluster.Json;
using Foreman.DevCluster.Writing;

namespace Foreman.DevCluster.Lifecycle;

/// <summary>What is written as text is kept as base64, and every secret has a type.</summary>
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
}
