using System.Text;
using Foreman.Kubernetes;

namespace Foreman.Operator.Enroll;

/// <summary>Writes the kubeconfig of a host.</summary>
internal static class HostKubeconfig
{
    /// <summary>One cluster, one user, one context; nothing of the admin's own credentials.</summary>
    /// <param name="server">How this machine reaches and trusts the API server.</param>
    /// <param name="request">The host.</param>
    /// <param name="token">The host's token.</param>
    public static string Write(KubernetesClientConfiguration server, EnrollRequest request, string token)
    {
        var text = new StringBuilder()
            .Append("apiVersion: v1\nkind: Config\nclusters:\n- name: foreman\n  cluster:\n")
            .Append("    server: ").Append(Url(request.Server ?? server.Host)).Append('\n');
        if (server.SkipTlsVerify)
        {
            text.Append("    insecure-skip-tls-verify: true\n");
        }
        else if (server.SslCaCerts is { Count: > 0 } authorities)
        {
            text.Append("    certificate-authority-data: ").Append(Convert.ToBase64String(Encoding.ASCII.GetBytes(authorities.ExportCertificatePems()))).Append('\n');
        }

        if (server.TlsServerName is { } name)
        {
            text.Append("    tls-server-name: ").Append(name).Append('\n');
        }

        return text
            .Append("users:\n- name: ").Append(request.Node).Append("\n  user:\n    token: ").Append(token).Append('\n')
            .Append("contexts:\n- name: foreman\n  context:\n    cluster: foreman\n    user: ").Append(request.Node).Append('\n')
            .Append("current-context: foreman\n")
            .ToString();
    }

    /// <summary>A warning about a URL that the host can't reach, or null.</summary>
    public static string? Warning(Uri server) => server.IsLoopback
        ? $"{Url(server)} can be reached from this machine only: name the API server as the host sees it with --server https://HOST:PORT"
        : null;

    private static string Url(Uri server) => server.AbsoluteUri.TrimEnd('/');
}
