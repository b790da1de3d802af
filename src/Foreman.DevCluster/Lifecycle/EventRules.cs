using System.Text.Json.Nodes;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Json;
using Foreman.DevCluster.Writing;

namespace Foreman.DevCluster.Lifecycle;

/// <summary>Rules of Events: they are in the namespace of the involved object, or in default for cluster-scoped ones.</summary>
internal sealed class EventRules : KindRules
{
    public override void Validate(JsonObject root, JsonObject? stored, FieldErrors errors)
    {
        var space = root.Object("metadata").Text("namespace") ?? "";
        var about = root.Object("involvedObject").Text("namespace") ?? "";
        var fits = about.Length == 0 ? space is "default" or "kube-system" : about == space;
        if (!fits)
        {
            errors.Add(FieldError.Invalid("involvedObject.namespace", $"\"{about}\"", "does not match event.namespace"));
        }
    }
}
