using System.Collections.Immutable;

namespace Foreman.Api;

/// <summary>
/// The ValidatingAdmissionPolicies of this release and their bindings, as the chart installs them: who may write what. Programs that
/// install nothing leave them out.
/// </summary>
public static class AdmissionPolicies
{
    private const string Folder = "policies/";

    /// <summary>Name of the file, for example <c>hosts</c> or <c>hosts-binding</c> → the object as YAML, with the words that <see cref="For"/> replaces.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } = Read();

    /// <summary>The objects for one installation, as YAML.</summary>
    /// <param name="foremanNamespace">Namespace of the operator and of the Leases; the hosts' accounts are in <see cref="Labels.HostsNamespace"/> of it.</param>
    /// <param name="prefix">What the names of the objects begin with; other installations have another one.</param>
    /// <param name="operatorAccount">ServiceAccount of the operator.</param>
    /// <param name="runnerAccount">ServiceAccount of the pods of Jobs, in whatever namespace.</param>
    public static IReadOnlyList<string> For(string foremanNamespace, string prefix, string operatorAccount, string runnerAccount) =>
    [
        .. All.Values.Select(yaml => yaml
            .Replace("RELEASE_NAMESPACE", foremanNamespace, StringComparison.Ordinal)
            .Replace("RELEASE_PREFIX", prefix, StringComparison.Ordinal)
            .Replace("OPERATOR_ACCOUNT", operatorAccount, StringComparison.Ordinal)
            .Replace("RUNNER_ACCOUNT", runnerAccount, StringComparison.Ordinal)),
    ];

    private static ImmutableSortedDictionary<string, string> Read()
    {
        var assembly = typeof(AdmissionPolicies).Assembly;
        return assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
            .ToImmutableSortedDictionary(name => name[Folder.Length..], Text, StringComparer.Ordinal);

        string Text(string name)
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            return reader.ReadToEnd();
        }
    }
}
