using System.Text.Json.Nodes;

namespace Foreman.Kubernetes;

/// <summary>What an object under a finalizer needs next.</summary>
internal enum FinalizerAction
{
    /// <summary>It is being deleted, without this finalizer.</summary>
    Nothing,

    /// <summary>It lacks the finalizer.</summary>
    Add,

    /// <summary>It has the finalizer and stays.</summary>
    Apply,

    /// <summary>It has the finalizer and is to go.</summary>
    Cleanup,
}

/// <summary>The rules of finalizers, and the patches that change one without touching another's.</summary>
internal static class FinalizerPlan
{
    public static FinalizerAction For(IKubernetesObject obj, string finalizer) =>
        (obj.HasFinalizer(finalizer), obj.IsDeleting()) switch
        {
            (true, false) => FinalizerAction.Apply,
            (true, true) => FinalizerAction.Cleanup,
            (false, false) => FinalizerAction.Add,
            (false, true) => FinalizerAction.Nothing,
        };

    /// <summary>Adds the finalizer, unless the list has changed: the server does not prevent duplicates.</summary>
    public static V1Patch Addition(IKubernetesObject obj, string finalizer)
    {
        var list = obj.Metadata.Finalizers ?? [];
        return list.Count == 0
            ? V1Patch.Json(
                SameObject(obj),
                JsonPatchOperation.Test("/metadata/resourceVersion", obj.ResourceVersion()),
                JsonPatchOperation.Add("/metadata/finalizers", new JsonArray(finalizer)))
            : V1Patch.Json(
                SameObject(obj),
                JsonPatchOperation.Test("/metadata/finalizers", new JsonArray([.. list.Select(f => (JsonNode)f)])),
                JsonPatchOperation.Add("/metadata/finalizers/-", finalizer));
    }

    /// <summary>Removes the finalizer at its index, unless another is there by now.</summary>
    public static V1Patch Removal(IKubernetesObject obj, string finalizer)
    {
        var place = $"/metadata/finalizers/{obj.Metadata.Finalizers!.ToList().IndexOf(finalizer)}";
        return V1Patch.Json(SameObject(obj), JsonPatchOperation.Test(place, finalizer), JsonPatchOperation.Remove(place));
    }

    private static JsonPatchOperation SameObject(IKubernetesObject obj) => JsonPatchOperation.Test("/metadata/uid", obj.Uid());
}
