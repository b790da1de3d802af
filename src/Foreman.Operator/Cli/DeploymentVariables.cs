using Foreman.Hosting;
using Foreman.UserDeployments;

namespace Foreman.Operator.Cli;

/// <summary>What is allowed to UserDeployments, from flags and from environment variables that have no flag. All are checked, whether they are carried out or not.</summary>
internal static class DeploymentVariables
{
    /// <summary>Domain of all hosts.</summary>
    public const string Domain = "DEPLOYMENT_DOMAIN";

    /// <summary>Name of the ClusterSecretStore.</summary>
    public const string SecretStore = "CLUSTER_SECRET_STORE";

    /// <summary>True for no NetworkPolicies.</summary>
    public const string NoPolicies = "DISABLE_NETWORK_POLICIES";

    /// <summary>The namespace of tasks in Jobs.</summary>
    public const string TaskNamespace = "TASK_NAMESPACE";

    private const string Name = "a name of lower-case letters, digits, inner dashes and dots";

    /// <summary>The settings; null where UserDeployments are left alone.</summary>
    public static DeploymentSettings? Read(FlagValues flags, Func<string, string?> environment)
    {
        var settings = new DeploymentSettings
        {
            Domain = Text(flags, environment, Domain, Names.IsDnsName, Name),
            SecretStore = Text(flags, environment, SecretStore, Names.IsDnsName, Name),
            NetworkPolicies = Text(flags, environment, NoPolicies, t => IsTrue(t) || IsFalse(t), "true or false") is not { } off || IsFalse(off),
            IngressKind = flags.OneOf(RunFlags.IngressKind, "traefik", "ingress") == "ingress" ? IngressKind.Ingress : IngressKind.Traefik,
            AllowPrivileged = flags.Switch(RunFlags.AllowPrivileged),
            ForemanNamespace = flags.Text(RunFlags.ForemanNamespace) ?? RunFlags.ForemanNamespace.Default,
            Resync = flags.Duration(RunFlags.Resync, TimeSpan.FromSeconds(1)),
        };

        // Whoever reads it for Jobs is told of a malformed one here too.
        _ = Text(flags, environment, TaskNamespace, Names.IsLabel, "a name of lower-case letters, digits and inner dashes");
        return flags.Switch(RunFlags.UserDeployments) ? settings : null;
    }

    private static string? Text(FlagValues flags, Func<string, string?> environment, string variable, Func<string, bool> isGood, string expected) =>
        environment(variable)?.Trim() is not { Length: > 0 } text ? null
        : isGood(text) ? text
        : flags.Fault<string?>(new FlagValue(text, variable), expected, null);

    private static bool IsTrue(string text) => text.ToUpperInvariant() is "TRUE" or "T" or "1";

    private static bool IsFalse(string text) => text.ToUpperInvariant() is "FALSE" or "F" or "0";
}
