using System.Text.Json.Nodes;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Json;
using Foreman.DevCluster.Writing;

namespace Foreman.DevCluster.Lifecycle;

/// <summary>Rules of ConfigMaps: valid keys, unique across data and binaryData, and immutability.</summary>
internal sealed class ConfigMapRules : KindRules
{
    public override void Validate(JsonObject root, JsonObject? stored, FieldErrors errors)
    {
        DataRules.CheckKeys(root, "data", errors);
        DataRules.CheckKeys(root, "binaryData", errors);
        foreach (var (key, _) in root.Object("data") ?? [])
        {
            if (root.Object("binaryData")?.ContainsKey(key) == true)
            {
                errors.Add(FieldError.Invalid($"data[{key}]", $"\"{key}\"", "duplicate of key present in binaryData"));
            }
        }

        DataRules.CheckSize(DataRules.TextSize(root.Object("data")) + DataRules.ByteSize(root.Object("binaryData")), "[]", errors);
        DataRules.CheckImmutable(root, stored, errors, "data", "binaryData");
    }
}
