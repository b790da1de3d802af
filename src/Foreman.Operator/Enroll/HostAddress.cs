using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Operator.Enroll;

/// <summary>How a host reaches the API server.</summary>
internal static class HostAddress
{
    /// <summary>As this machine does, but for a URL that the request names; nothing of the admin's own credentials.</summary>
    /// <param name="server">How this machine reaches and trusts the API server.</param>
    /// <param name="request">The host.</param>
    public static HostCluster Of(KubernetesClientConfiguration server, EnrollRequest request) => new(Url(request.Server ?? server.Host))
    {
        Authority = !server.SkipTlsVerify && server.SslCaCerts is { Count: > 0 } authorities ? authorities.ExportCertificatePems() : null,
        ServerName = server.TlsServerName,
        SkipTlsVerify = server.SkipTlsVerify,
    };

    /// <summary>A warning about a URL that the host can't reach, or null.</summary>
    public static string? Warning(Uri server) => server.IsLoopback
        ? $"{Url(server)} can be reached from this machine only: name the API server as the host sees it with --server https://HOST:PORT"
        : null;

    private static string Url(Uri server) => server.AbsoluteUri.TrimEnd('/');
}
