using System.Globalization;
using Foreman.Api;
using k8s.Models;

namespace Foreman.Jobs;

/// <summary>The environment of a task. Pure.</summary>
internal static class JobEnvironment
{
    /// <summary>Begins the names of variables that Foreman sets.</summary>
    public const string Prefix = "FOREMAN_";

    /// <summary>File that setup writes variables to.</summary>
    public const string File = JobVolumes.Exchange + "/env";

    /// <summary>File that the task writes its outputs to.</summary>
    public const string Output = JobVolumes.Exchange + "/output.json";

    /// <summary>Most bytes of a value: Linux takes no longer text, with the name before it, into an environment.</summary>
    public const int MostBytes = 127 * 1024;

    // What programs ask for that a root which is read-only does not have, and who never gets an answer.
    private static readonly (string Name, string Value)[] Defaults =
    [
        ("HOME", JobVolumes.Cache),
        ("TMPDIR", JobVolumes.Temporary),
        ("GIT_TERMINAL_PROMPT", "0"),
        ("GH_PROMPT_DISABLED", "1"),
    ];

    /// <summary>True for names that Foreman sets.</summary>
    public static bool IsOurs(string? name) => name?.StartsWith(Prefix, StringComparison.Ordinal) == true;

    /// <summary>The variables in their order: defaults, the template's, the task's, ours; of one name the last counts, and stands at its own place.</summary>
    /// <param name="run">The run.</param>
    /// <param name="template">Those of the template's container.</param>
    public static List<V1EnvVar> Of(JobRun run, IEnumerable<V1EnvVar> template)
    {
        IEnumerable<V1EnvVar> all =
        [
            .. Defaults.Select(d => Literal(d.Name, d.Value)),
            .. template,
            .. (run.Container?.Env ?? []).Select(v => Model(v)),
            .. Ours(run).Select(o => Literal(o.Name, o.Value)),
        ];
        return [.. all.Reverse().DistinctBy(v => v.Name, StringComparer.Ordinal).Reverse()];
    }

    /// <summary>Secrets and ConfigMaps whose keys are variables: the template's, then the task's, which win.</summary>
    public static List<V1EnvFromSource> From(JobRun run, IEnumerable<V1EnvFromSource> template) => [.. template, .. (run.Container?.EnvFrom ?? []).Select(s => Model(s))];

    /// <summary>The variables that Foreman sets.</summary>
    public static IEnumerable<(string Name, string Value)> Ours(JobRun run)
    {
        var payload = run.Task.Spec.Payload;
        (string Name, string? Value)[] all =
        [
            ("FOREMAN_TASK", run.Task.Metadata.Name),
            ("FOREMAN_NAMESPACE", run.Task.Metadata.NamespaceProperty),
            ("FOREMAN_ATTEMPT", run.Attempt.ToString(CultureInfo.InvariantCulture)),
            ("FOREMAN_REPO", payload.Repo ?? ""),
            ("FOREMAN_BRANCH", payload.Branch ?? ""),
            ("FOREMAN_PROMPT", payload.Prompt ?? ""),
            ("FOREMAN_WORKSPACE", JobVolumes.Workspace),
            ("FOREMAN_ENV_FILE", File),
            ("FOREMAN_OUTPUT", Output),
        ];
        return all.Where(v => run.Container is not null || v.Name is not ("FOREMAN_PROMPT" or "FOREMAN_ENV_FILE" or "FOREMAN_OUTPUT")).Select(v => (v.Name, v.Value ?? ""));
    }

    private static V1EnvVar Literal(string name, string value) => new() { Name = name, Value = Texts.Literal(value) };

    private static V1EnvVar Model(ContainerVariable variable) => new()
    {
        Name = variable.Name,
        Value = variable.ValueFrom is null ? variable.Value : null,
        ValueFrom = variable.ValueFrom is { } source ? Model(source) : null,
    };

    private static V1EnvVarSource Model(ContainerVariableValue source) => new()
    {
        SecretKeyRef = source.SecretKeyRef is { } secret ? new() { Name = secret.Name, Key = secret.Key, Optional = secret.Optional } : null,
        ConfigMapKeyRef = source.ConfigMapKeyRef is { } map ? new() { Name = map.Name, Key = map.Key, Optional = map.Optional } : null,
        FieldRef = source.FieldRef is { } field ? new() { ApiVersion = field.ApiVersion, FieldPath = field.FieldPath } : null,
    };

    private static V1EnvFromSource Model(ContainerVariableSource source) => new()
    {
        Prefix = source.Prefix,
        SecretRef = source.SecretRef is { } secret ? new() { Name = secret.Name, Optional = secret.Optional } : null,
        ConfigMapRef = source.ConfigMapRef is { } map ? new() { Name = map.Name, Optional = map.Optional } : null,
    };
}
