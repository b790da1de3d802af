using Foreman.DevCluster.Admission;
using Foreman.DevCluster.Resources;
using Foreman.DevCluster.Storage;
using Foreman.DevCluster.Writing;

namespace Foreman.DevCluster.Lifecycle;

/// <summary>Maps built-in kinds to their rules.</summary>
internal sealed class BuiltinRules
{
    private const string Definitions = "customresourcedefinitions.apiextensions.k8s.io";
    private readonly Dictionary<string, KindRules> _rules;

    public BuiltinRules(ObjectStore store, ResourceCatalog catalog, TimeProvider time)
    {
        var definitions = new DefinitionRules(store, catalog, () => time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture));
        _rules = new Dictionary<string, KindRules>(StringComparer.Ordinal)
        {
            [NamespaceLifecycle.Namespaces] = new NamespaceRules(),
            ["secrets"] = new SecretRules(),
            ["configmaps"] = new ConfigMapRules(),
            ["events"] = new EventRules(),
            [Definitions] = definitions,
            [AdmissionPolicies.Policies] = new PolicyRules(),
            [AdmissionPolicies.Bindings] = new PolicyBindingRules(),
        };
        store.Changed += (groupResource, change) =>
        {
            if (groupResource == Definitions && change.After is null)
            {
                definitions.Removed(change.Before!);
            }
        };
    }

    public KindRules For(ResourceDefinition type) => _rules.GetValueOrDefault(type.GroupResource, KindRules.None);
}
