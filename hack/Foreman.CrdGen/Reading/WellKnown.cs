using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.CrdGen;

/// <summary>Schemas of types that are not read from the API.</summary>
internal static class WellKnown
{
    /// <summary>References and selectors, which Kubernetes replaces as a whole.</summary>
    public static readonly IReadOnlySet<Type> Atomic = ImmutableHashSet.Create(
        typeof(LocalObjectReference), typeof(SecretKeySelector), typeof(LabelSelector), typeof(V1ObjectReference));

    /// <summary>A resource quantity: 2, "500m", "16Gi".</summary>
    public static readonly SchemaNode Quantity = new()
    {
        IntOrString = true,
        Pattern = @"^(\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))))?$",
    };

    /// <summary>The fields that every object has.</summary>
    public static readonly ImmutableSortedDictionary<string, SchemaNode> ObjectFields = new Dictionary<string, SchemaNode>
    {
        ["apiVersion"] = Text("Group and version of the object's schema."),
        ["kind"] = Text("Kind of the object."),
        ["metadata"] = new() { Type = "object" },
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    private static readonly SchemaNode Time = new() { Type = "string", Format = "date-time" };

    // The bounds of meta/v1 Condition, so that other programs can read stored conditions.
    private static readonly SchemaNode Condition = new()
    {
        Type = "object",
        Description = "One observation about the object.",
        Required = ["lastTransitionTime", "message", "reason", "status", "type"],
        Properties = new Dictionary<string, SchemaNode>
        {
            ["lastTransitionTime"] = Time with { Description = "When status last changed." },
            ["message"] = Text("What, where, why and what to do, for people.") with { MaxLength = 32768 },
            ["observedGeneration"] = new() { Type = "integer", Format = "int64", Minimum = 0, Description = "Generation of the object that the observation is about." },
            ["reason"] = Text("CamelCase reason, for programs.") with { MinLength = 1, MaxLength = 1024, Pattern = "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$" },
            ["status"] = Text("True, False or Unknown.") with { Enum = ["True", "False", "Unknown"] },
            ["type"] = Text("CamelCase name of the condition.") with
            {
                MaxLength = 316,
                Pattern = @"^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$",
            },
        }.ToImmutableSortedDictionary(StringComparer.Ordinal),
    };

    private static readonly Dictionary<Type, SchemaNode> Schemas = new()
    {
        [typeof(string)] = new() { Type = "string" },

        // Without the format byte: validation rules of kube-apiserver take that for the alphabet of URLs and refuse `+` and `/`.
        [typeof(byte[])] = new() { Type = "string", Pattern = "^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$" },
        [typeof(bool)] = new() { Type = "boolean" },
        [typeof(int)] = new() { Type = "integer", Format = "int32" },
        [typeof(long)] = new() { Type = "integer", Format = "int64" },
        [typeof(double)] = new() { Type = "number", Format = "double" },
        [typeof(DateTimeOffset)] = Time,
        [typeof(V1Condition)] = Condition,
    };

    /// <summary>Schema of a type, or null when it is to be read.</summary>
    public static SchemaNode? Find(Type type) => Schemas.GetValueOrDefault(type);

    private static SchemaNode Text(string description) => new() { Type = "string", Description = description };
}
