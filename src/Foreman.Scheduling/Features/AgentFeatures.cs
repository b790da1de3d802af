using System.Globalization;
using Foreman.Api;
using static Foreman.Scheduling.FieldRows;

namespace Foreman.Scheduling;

/// <summary>Tools by name: those of this release are listed in <see cref="KnownTools"/>.</summary>
internal sealed class ToolFeature : IFeature
{
    private static readonly string Why = $"this release has the tools {string.Join(", ", KnownTools.Names)}";

    public IEnumerable<UnsupportedField> InAgent(AgentSpec spec, SchedulerSettings settings) =>
        spec.Tools.Index()
            .Where(tool => KnownTools.TraitsOf(tool.Item) is null && tool.Item != DeterministicAgent.ToolOf(spec))
            .Select(tool => new UnsupportedField(string.Create(CultureInfo.InvariantCulture, $"spec.tools[{tool.Index}] \"{tool.Item}\""), Why));
}
/// <summary>Models of cloud providers, behind a proxy.</summary>
internal sealed class CloudProviderFeature : IFeature
{
    private static readonly FieldRow<AgentSpec>[] Refused =
    [
        new("spec.provider \"cloud-proxy\"", IsCloud, "the operator runs with --allow-cloud-providers=false; use a local model"),
    ];

    private static readonly FieldRow<AgentSpec>[] Rows =
    [
        new("spec.providerConfig.apiKeySecretRef", s => s.ProviderConfig?.ApiKeySecretRef is { } key && (!Has(key.Name) || !Has(key.Key)), "it names no Secret and key; set name and key, or leave it out"),
        new("spec.providerConfig.baseURL", s => IsCloud(s) && !Has(s.ProviderConfig?.BaseURL), "it is empty, and provider cloud-proxy is reached by it; set it"),
        new("spec.providerConfig.model", s => IsCloud(s) && !Has(s.ProviderConfig?.Model) && !Has(s.Model), "it is empty, and a cloud proxy must be told the model; set it"),
        new("spec.providerConfig", s => !IsCloud(s) && s.ProviderConfig is not null, "it goes with provider cloud-proxy; set that, or leave it out"),
    ];

    // What else is wrong with a provider that may not be used helps nobody.
    public IEnumerable<UnsupportedField> InAgent(AgentSpec spec, SchedulerSettings settings) =>
        IsCloud(spec) && !settings.AllowCloudProviders ? Refused.Of(spec) : Rows.Of(spec);

    private static bool IsCloud(AgentSpec spec) => spec.Provider == AgentProvider.CloudProxy;
}
