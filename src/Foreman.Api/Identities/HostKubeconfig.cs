using System.Text;

namespace Foreman.Api;

/// <summary>The kubeconfig of a host: one cluster, the host's own token, and the one that only gets it further tokens.</summary>
public static class HostKubeconfig
{
    /// <summary>The context of the host itself.</summary>
    public const string Context = "foreman";

    /// <summary>The context whose token is good for nothing but further tokens of the host.</summary>
    public const string RenewalContext = "foreman-renewal";

    /// <summary>Writes it.</summary>
    /// <param name="cluster">The API server.</param>
    /// <param name="node">Name of the host's FleetNode.</param>
    /// <param name="token">The host's token.</param>
    /// <param name="renewal">Token that gets further ones after a time without the cluster; null for none.</param>
    public static string Write(HostCluster cluster, string node, string token, string? renewal)
    {
        var text = new StringBuilder()
            .Append("apiVersion: v1\nkind: Config\nclusters:\n- name: foreman\n  cluster:\n")
            .Append("    server: ").Append(cluster.Server).Append('\n');
        if (cluster.SkipTlsVerify)
        {
            text.Append("    insecure-skip-tls-verify: true\n");
        }
        else if (cluster.Authority is { } authority)
        {
            text.Append("    certificate-authority-data: ").Append(Convert.ToBase64String(Encoding.ASCII.GetBytes(authority))).Append('\n');
        }

        if (cluster.ServerName is { } name)
        {
            text.Append("    tls-server-name: ").Append(name).Append('\n');
        }

        // A node's name has no blank, so the two users never have the same name.
        (string User, string Context, string Token)[] users = renewal is null
            ? [(node, Context, token)]
            : [(node, Context, token), ($"renewal of {node}", RenewalContext, renewal)];
        text.Append("users:\n");
        foreach (var user in users)
        {
            text.Append("- name: \"").Append(user.User).Append("\"\n  user:\n    token: ").Append(user.Token).Append('\n');
        }

        text.Append("contexts:\n");
        foreach (var user in users)
        {
            text.Append("- name: ").Append(user.Context).Append("\n  context:\n    cluster: foreman\n    user: \"").Append(user.User).Append("\"\n");
        }

        return text.Append("current-context: ").Append(Context).Append('\n').ToString();
    }
}
