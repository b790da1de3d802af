using System.Text.Json.Nodes;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Resources;
using Foreman.DevCluster.Storage;

namespace Foreman.DevCluster.Writing;

/// <summary>What a built-in kind does beyond its schema. All calls happen within the store's lock.</summary>
internal abstract class KindRules
{
    public static KindRules None { get; } = new Plain();

    /// <summary>True when a change of spec raises metadata.generation.</summary>
    public virtual bool TracksGeneration => false;

    /// <summary>Changes an object that is about to be stored, before it is validated. <paramref name="stored"/> is null for a new one.</summary>
    public virtual void Prepare(JsonObject root, JsonObject? stored)
    {
    }

    /// <summary>Adds what the schema can't say.</summary>
    public virtual void Validate(JsonObject root, JsonObject? stored, List<FieldError> errors)
    {
    }

    /// <summary>Runs after the object was stored.</summary>
    public virtual void Stored(StoredObject item)
    {
    }

    /// <summary>Says whether the kind deletes its objects itself, in its own time; then the object stays, marked as being deleted.</summary>
    public virtual bool DeletesLater(StoredObject item, ResourceDefinition type) => false;

    private sealed class Plain : KindRules;
}
