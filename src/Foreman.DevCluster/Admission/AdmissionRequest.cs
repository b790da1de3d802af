using System.Text.Json.Nodes;
using Foreman.DevCluster.Cel;
using Foreman.DevCluster.Json;
using Foreman.DevCluster.Resources;
using Foreman.DevCluster.Storage;
using Foreman.DevCluster.Writing;

namespace Foreman.DevCluster.Admission;

/// <summary>A write as policies see it.</summary>
/// <param name="Operation">CREATE, UPDATE or DELETE.</param>
/// <param name="Type">The kind.</param>
/// <param name="Name">Of the object.</param>
internal sealed record AdmissionRequest(string Operation, ResourceDefinition Type, ObjectName Name)
{
    public const string Create = "CREATE";
    public const string Update = "UPDATE";
    public const string Delete = "DELETE";

    private static readonly CelType TextType = CelType.Text;

    /// <summary>Types of the fields that expressions read; what is not here is refused when a policy is made.</summary>
    public static CelType RequestType { get; } = new CelFieldsType(new Dictionary<string, CelType>(StringComparer.Ordinal)
    {
        ["kind"] = Fields(("group", TextType), ("version", TextType), ("kind", TextType)),
        ["resource"] = Fields(("group", TextType), ("version", TextType), ("resource", TextType)),
        ["subResource"] = TextType,
        ["name"] = TextType,
        ["namespace"] = TextType,
        ["operation"] = TextType,
        ["userInfo"] = Fields(("username", TextType), ("uid", TextType), ("groups", CelType.ListOf(TextType)), ("extra", CelType.MapOf(TextType, CelType.ListOf(TextType)))),
        ["dryRun"] = CelType.Bool,
    });

    /// <summary>Empty for the object itself.</summary>
    public string Subresource { get; init; } = "";

    /// <summary>What would be stored; null for a deletion.</summary>
    public JsonObject? Object { get; init; }

    /// <summary>What is stored; null for a creation.</summary>
    public JsonObject? OldObject { get; init; }

    public bool DryRun { get; init; }

    /// <summary>Who asks.</summary>
    public ClusterUser User { get; init; } = ClusterUser.Admin;

    /// <summary>The kind that is sent, where a subresource takes another than the object's.</summary>
    public (string Group, string Version, string Kind)? Sent { get; init; }

    /// <summary>The request as the variable <c>request</c>; what is empty is absent, as there.</summary>
    public JsonObject ToJson()
    {
        var (group, version, kind) = Sent ?? (Type.Group, Type.Version, Type.Kind);
        var json = new JsonObject
        {
            ["kind"] = new JsonObject { ["group"] = group, ["version"] = version, ["kind"] = kind },
            ["resource"] = new JsonObject { ["group"] = Type.Group, ["version"] = Type.Version, ["resource"] = Type.Plural },
            ["operation"] = Operation,
            ["userInfo"] = User.ToJson(),
            ["dryRun"] = DryRun,
        };
        foreach (var (name, value) in (ReadOnlySpan<(string, string)>)[("subResource", Subresource), ("name", Name.Name), ("namespace", Name.Namespace)])
        {
            if (value.Length > 0)
            {
                json[name] = value;
            }
        }

        return json;
    }

    /// <summary>The labels of what is written and of what is stored.</summary>
    public IEnumerable<JsonObject?> Labels() =>
        new[] { Object, OldObject }.Where(root => root is not null).Select(root => root.Object("metadata").Object("labels"));

    private static CelFieldsType Fields(params (string Name, CelType Type)[] fields) => new(fields.ToDictionary(field => field.Name, field => field.Type, StringComparer.Ordinal));
}
