using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>The table of an Agent's fields that cannot be acted on.</summary>
internal static class AgentFields
{
    private const string NoJobs = "Jobs are not part of this release; leave it out";

    private static readonly HashSet<string> Tools = new(
        ["read_file", "write_file", "str_replace", "grep", "list_files", "submit_result"], StringComparer.Ordinal);

    private static readonly (string Path, Func<AgentSpec, bool> Set, string Why)[] Table =
    [
        ("spec.execution.mode \"Job\"", s => s.Execution?.Mode is { } mode && mode != ExecutionMode.InProcess, "Jobs are not part of this release; use InProcess"),
        ("spec.execution.image", s => !string.IsNullOrEmpty(s.Execution?.Image), NoJobs),
        ("spec.execution.serviceAccountName", s => !string.IsNullOrEmpty(s.Execution?.ServiceAccountName), NoJobs),
        ("spec.execution.resources", s => s.Execution?.Resources is not null, NoJobs),
        ("spec.modelProfileRef", s => !string.IsNullOrEmpty(s.ModelProfileRef), "ModelProfiles are not part of this release; leave it out"),
        ("spec.maxEnvtestIterations", s => s.MaxEnvtestIterations is not null, "gates are not part of this release; leave it out"),
        ("spec.mcp", s => s.Mcp is { Enabled: true } or { Servers.Count: > 0 }, "MCP servers are not part of this release; leave it out"),
        ("spec.vision", s => s.Vision?.Enabled == true, "images are not part of this release; leave it out"),
        ("spec.contextStrategy \"session\"", s => s.ContextStrategy is { } c && c != ContextStrategy.Window, "this release has the strategy window only"),
        ("spec.providerConfig.apiKeySecretRef", s => s.ProviderConfig?.ApiKeySecretRef is not null, "keys are not part of this release; use a proxy that adds the key"),
        ("spec.providerConfig.baseURL", s => IsCloud(s) && string.IsNullOrEmpty(s.ProviderConfig?.BaseURL), "it is empty, and provider cloud-proxy is reached by it; set it"),
        ("spec.providerConfig.model", s => IsCloud(s) && string.IsNullOrEmpty(s.ProviderConfig?.Model) && string.IsNullOrEmpty(s.Model), "it is empty, and a cloud proxy must be told the model; set it"),
        ("spec.providerConfig", s => !IsCloud(s) && s.ProviderConfig is not null, "it goes with provider cloud-proxy; set that, or leave it out"),
    ];

    public static Unsupported.Field? Find(AgentSpec spec, SchedulerSettings settings)
    {
        if (IsCloud(spec) && !settings.AllowCloudProviders)
        {
            return new("spec.provider \"cloud-proxy\"", "the operator runs with --allow-cloud-providers=false; use a local model");
        }

        for (var i = 0; i < spec.Tools.Count; i++)
        {
            if (!Tools.Contains(spec.Tools[i]))
            {
                return new($"{Unsupported.Indexed("spec.tools", i)} \"{spec.Tools[i]}\"", $"this release has the tools {string.Join(", ", Tools)}");
            }
        }

        foreach (var (path, set, why) in Table)
        {
            if (set(spec))
            {
                return new(path, why);
            }
        }

        return null;
    }

    private static bool IsCloud(AgentSpec spec) => spec.Provider == AgentProvider.CloudProxy;
}
