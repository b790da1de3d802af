using System.Text.Json.Nodes;
using Foreman.DevCluster.Json;

namespace Foreman.DevCluster.Admission;

/// <summary>Which writes a policy or a binding is about (<c>matchConstraints</c>, <c>matchResources</c>).</summary>
/// <param name="json">As it was written; null for all.</param>
internal sealed class PolicyMatch(JsonObject? json)
{
    private const string Any = "*";

    /// <summary>Whether a write is meant.</summary>
    /// <param name="request">The write.</param>
    /// <param name="space">Labels of its namespace; null for an object that is in none.</param>
    /// <param name="needsRules">A policy without rules is about nothing, a binding without rules about all that its policy is about.</param>
    public bool Matches(AdmissionRequest request, JsonObject? space, bool needsRules)
    {
        var rules = Rules("resourceRules");
        return (rules.Count == 0 ? !needsRules : rules.Exists(rule => Covers(rule, request)))
            && !Rules("excludeResourceRules").Exists(rule => Covers(rule, request))
            && InNamespace(request, space)
            && (json.Object("objectSelector") is not { Count: > 0 } selector || request.Labels().Any(labels => Selects(selector, labels)));
    }

    private bool InNamespace(AdmissionRequest request, JsonObject? space)
    {
        if (json.Object("namespaceSelector") is not { Count: > 0 } selector)
        {
            return true;
        }

        var isNamespace = request.Type is { Group: "", Plural: "namespaces" };
        return isNamespace ? request.Labels().Any(labels => Selects(selector, labels)) : !request.Type.Namespaced || Selects(selector, space);
    }

    private List<JsonObject> Rules(string name) => [.. (json.Array(name) ?? []).OfType<JsonObject>()];

    private static bool Covers(JsonObject rule, AdmissionRequest request)
    {
        var (type, resource) = (request.Type, request.Subresource.Length == 0 ? request.Type.Plural : $"{request.Type.Plural}/{request.Subresource}");
        return Holds(rule.Array("apiGroups"), group => group == Any || group == type.Group)
            && Holds(rule.Array("apiVersions"), version => version == Any || version == type.Version)
            && Holds(rule.Array("operations"), operation => operation == Any || operation == request.Operation)
            && Holds(rule.Array("resources"), wanted => IsResource(wanted, resource, request))
            && (rule.Array("resourceNames") is not { Count: > 0 } names || Holds(names, name => name == request.Name.Name))
            && rule.Text("scope") switch
            {
                "Cluster" => !type.Namespaced,
                "Namespaced" => type.Namespaced,
                _ => true,
            };
    }

    private static bool IsResource(string wanted, string resource, AdmissionRequest request) =>
        wanted == resource
        || wanted == "*/*"
        || (wanted == Any && request.Subresource.Length == 0)
        || (wanted == request.Type.Plural + "/*" && request.Subresource.Length > 0)
        || (request.Subresource.Length > 0 && wanted == "*/" + request.Subresource);

    private static bool Holds(JsonArray? words, Func<string, bool> test) => (words ?? []).Select(JsonTree.AsText).OfType<string>().Any(test);

    private static bool Selects(JsonObject selector, JsonObject? labels) =>
        (selector.Object("matchLabels") ?? []).All(wanted => labels.Text(wanted.Key) is { } value && value == JsonTree.AsText(wanted.Value))
        && (selector.Array("matchExpressions") ?? []).OfType<JsonObject>().All(term => Holds(term, labels.Text(term.Text("key") ?? "")));

    private static bool Holds(JsonObject term, string? value)
    {
        var listed = value is not null && Holds(term.Array("values"), wanted => wanted == value);
        return term.Text("operator") switch
        {
            "In" => listed,
            "NotIn" => !listed,
            "Exists" => value is not null,
            "DoesNotExist" => value is null,
            _ => false,
        };
    }
}
