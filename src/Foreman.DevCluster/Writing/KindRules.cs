using System.Text.Json.Nodes;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Resources;
using Foreman.DevCluster.Storage;

namespace Foreman.DevCluster.Writing;

/// <summary>Rules of a built-in kind beyond its schema; called under the store's lock.</summary>
internal abstract class KindRules
{
    public static KindRules None { get; } = new Plain();

    /// <summary>True when a change of spec raises metadata.generation.</summary>
    public virtual bool TracksGeneration => false;

    /// <summary>Prepares an object for storage, before validation. <paramref name="stored"/> is null for a new one.</summary>
    public virtual void Prepare(JsonObject root, JsonObject? stored)
    {
    }

    /// <summary>Adds errors that the schema can't express.</summary>
    public virtual void Validate(JsonObject root, JsonObject? stored, FieldErrors errors)
    {
    }

    /// <summary>Runs after the object was stored.</summary>
    public virtual void Stored(StoredObject item)
    {
    }

    /// <summary>Whether deletion only marks the object, because the kind removes it later.</summary>
    public virtual bool DeletesLater(StoredObject item, ResourceDefinition type) => false;

    private sealed class Plain : KindRules;
}
