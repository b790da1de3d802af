using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Foreman.Testing.Kubelet;

/// <summary>
/// The authority of a cluster's kubelets: kube-apiserver trusts what it signed (<c>--kubelet-certificate-authority</c>), and shows a
/// certificate of it to kubelets (<c>--kubelet-client-certificate</c>).
/// </summary>
internal sealed class KubeletCertificates : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _authority;
    private readonly X509Certificate2 _client;
    private readonly DateTimeOffset _from = DateTimeOffset.UtcNow.AddHours(-1);

    /// <summary>Makes one, and writes what kube-apiserver needs into a folder.</summary>
    public KubeletCertificates(TempFolder folder)
    {
        var request = new CertificateRequest("CN=kubelets-of-a-test-cluster", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        _authority = request.CreateSelfSigned(_from, _from.AddDays(30));
        AuthorityFile = folder.Write("kubelets/ca.crt", _authority.ExportCertificatePem());

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        _client = Sign("CN=kube-apiserver-kubelet-client, O=system:masters", key, ClientAuthentication);
        ClientFile = folder.Write("kubelets/client.crt", _client.ExportCertificatePem());
        ClientKeyFile = folder.Write("kubelets/client.key", key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>PEM file of the authority.</summary>
    public string AuthorityFile { get; }

    /// <summary>PEM file of the certificate that kube-apiserver shows.</summary>
    public string ClientFile { get; }

    /// <summary>PEM file of its key.</summary>
    public string ClientKeyFile { get; }

    /// <summary>A certificate for the server of a kubelet on loopback.</summary>
    public X509Certificate2 NewServer(string node)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var signed = Sign($"CN=system:node:{node}, O=system:nodes", key, ServerAuthentication);
        using var withKey = signed.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>Whether a certificate is the one that kube-apiserver shows.</summary>
    public bool IsApiServer(X509Certificate2 certificate) => certificate.RawDataMemory.Span.SequenceEqual(_client.RawDataMemory.Span);

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.Dispose();
        _authority.Dispose();
        _key.Dispose();
    }

    private X509Certificate2 Sign(string subject, ECDsa key, string purpose)
    {
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], false));
        return request.Create(_authority, _from, _from.AddDays(29), RandomNumberGenerator.GetBytes(16));
    }
}
