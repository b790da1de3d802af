using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Foreman.Testing.Faults;

/// <summary>The certificate of all proxies of a test run: made out to loopback, signed by itself, and so its own authority.</summary>
internal static class ProxyCertificate
{
    private static readonly Lazy<(byte[] Pkcs12, string Pem)> Created = new(Create);

    /// <summary>The certificate without its key.</summary>
    public static string AuthorityPem => Created.Value.Pem;

    /// <summary>An instance for one server: two that start at once must not share one, since its extensions are decoded when first read.</summary>
    public static X509Certificate2 NewServer() => X509CertificateLoader.LoadPkcs12(Created.Value.Pkcs12, null);

    private static (byte[] Pkcs12, string Pem) Create()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=fault-proxy", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        var now = DateTimeOffset.UtcNow;
        using var signed = request.CreateSelfSigned(now.AddHours(-1), now.AddDays(7));
        return (signed.Export(X509ContentType.Pkcs12), signed.ExportCertificatePem());
    }
}
