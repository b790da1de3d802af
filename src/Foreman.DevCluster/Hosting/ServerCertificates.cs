using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Foreman.DevCluster.Hosting;

/// <summary>The cluster's own certificate authority and the server certificate that it signed.</summary>
internal sealed class ServerCertificates : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private static readonly TimeSpan Life = TimeSpan.FromDays(365);

    private ServerCertificates(X509Certificate2 server, string authorityPem)
    {
        Server = server;
        AuthorityPem = authorityPem;
    }

    public X509Certificate2 Server { get; }

    /// <summary>The authority's certificate; its key is discarded once the server's certificate is signed.</summary>
    public string AuthorityPem { get; }

    public static ServerCertificates Create(TimeProvider time)
    {
        // Valid from an hour ago, for clocks that are slightly behind.
        var (from, to) = (time.GetUtcNow().AddHours(-1), time.GetUtcNow().Add(Life));
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityRequest = new CertificateRequest("CN=foreman-dev-cluster-ca", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        authorityRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        authorityRequest.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(authorityRequest.PublicKey, false));
        using var authority = authorityRequest.CreateSelfSigned(from, to);

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var signed = ServerRequest(key).Create(authority, from, to, RandomNumberGenerator.GetBytes(16));
        using var withKey = signed.CopyWithPrivateKey(key);
        // Kestrel on Windows can't use an ephemeral key; through PKCS#12 it works everywhere.
        return new ServerCertificates(X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null), authority.ExportCertificatePem());
    }

    public void Dispose() => Server.Dispose();

    private static CertificateRequest ServerRequest(ECDsa key)
    {
        var request = new CertificateRequest("CN=foreman-dev-cluster", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerAuthentication)], false));
        return request;
    }
}
