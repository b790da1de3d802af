using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Operator.Enroll;

/// <summary>How a host is to know the API server: by a certificate authority, also where the admin's own kubeconfig does without.</summary>
internal static class HostTrust
{
    // Every namespace of a cluster with a controller-manager has it.
    private const string AuthorityConfigMap = "kube-root-ca.crt";

    /// <summary>What goes into the host's kubeconfig.</summary>
    /// <param name="Server">How the server is reached and known.</param>
    /// <param name="Warning">What the admin must know about it; null for nothing.</param>
    public sealed record Trust(KubernetesClientConfiguration Server, string? Warning);

    /// <summary>
    /// The admin's own way, unless it checks no certificate: then an authority is looked up over that unchecked connection, and taken if
    /// the server that the host will use is certified by it, for the admin to compare; else the host is left as unprotected as the admin.
    /// </summary>
    /// <param name="client">The admin's client.</param>
    /// <param name="request">The host.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<Trust> FindAsync(KubernetesClient client, EnrollRequest request, CancellationToken cancellationToken)
    {
        var own = client.Configuration;
        if (!own.SkipTlsVerify || (request.Server ?? own.Host).Scheme != Uri.UriSchemeHttps)
        {
            return new(own, null);
        }

        var given = own.SslCaCerts is { Count: > 0 };
        var authorities = given ? own.SslCaCerts : await AuthoritiesAsync(client, Labels.HostsNamespace(request.Namespace), cancellationToken).ConfigureAwait(false);
        if (authorities is { Count: > 0 })
        {
            var checking = own with { Host = request.Server ?? own.Host, SkipTlsVerify = false, SslCaCerts = authorities };
            if (await IsCertifiedAsync(checking, cancellationToken).ConfigureAwait(false))
            {
                return new(checking, $"your own kubeconfig checks no certificate (insecure-skip-tls-verify); the host's does, by {(given ? "the authority in your kubeconfig" : Unchecked(authorities))}");
            }
        }

        return new(
            own,
            "NO CERTIFICATE IS CHECKED: insecure-skip-tls-verify is copied from your kubeconfig, and whoever stands between host and API server can take the host's token and give it orders. "
            + "Put the cluster's certificate authority into your kubeconfig (certificate-authority-data) and enroll the host again");
    }

    private static string Unchecked(X509Certificate2Collection authorities) =>
        $"the authority in the ConfigMap {AuthorityConfigMap}, which was read over an unchecked connection, so that whoever stands in between could have replaced it: "
        + "before the host uses it, compare its SHA-256 with that of the cluster's own file, on a control plane by "
        + $"`openssl x509 -noout -fingerprint -sha256 -in /etc/kubernetes/pki/ca.crt`: {string.Join(", ", authorities.Select(Fingerprint))}";

    private static string Fingerprint(X509Certificate2 authority) =>
        string.Join(':', authority.GetCertHash(HashAlgorithmName.SHA256).Select(b => b.ToString("X2", CultureInfo.InvariantCulture)));

    private static async Task<X509Certificate2Collection?> AuthoritiesAsync(KubernetesClient client, string space, CancellationToken cancellationToken)
    {
        try
        {
            var map = await client.TryReadAsync<V1ConfigMap>(AuthorityConfigMap, space, cancellationToken).ConfigureAwait(false);
            if (map?.Data?.GetValueOrDefault("ca.crt") is not { Length: > 0 } pem)
            {
                return null;
            }

            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPem(pem);
            return authorities;
        }
        catch (Exception e) when (e is KubernetesException or CryptographicException)
        {
            return null;
        }
    }

    // An answer of any kind came over a connection whose certificate was checked.
    private static async Task<bool> IsCertifiedAsync(KubernetesClientConfiguration checking, CancellationToken cancellationToken)
    {
        using var client = new KubernetesClient(checking);
        try
        {
            await client.TryReadAsync<V1ConfigMap>(AuthorityConfigMap, "default", cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (KubernetesException)
        {
            return true;
        }
        catch (KubernetesUnreachableException)
        {
            return false;
        }
    }
}
