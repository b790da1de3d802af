using System.Security.Cryptography.X509Certificates;

namespace Foreman.Kubernetes.Tests;

/// <summary>A folder with the files of a client certificate and its key, and two certificates that may stand there.</summary>
internal sealed class CertificatePair : IDisposable
{
    public TempFolder Folder { get; } = new();

    public X509Certificate2 First { get; } = MutualTlsServer.Certificate("first");

    public X509Certificate2 Second { get; } = MutualTlsServer.Certificate("second");

    public void Write(X509Certificate2 certificate)
    {
        Folder.Write("tls.crt", certificate.ExportCertificatePem());
        Folder.Write("tls.key", certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
    }

    public void Dispose()
    {
        Folder.Dispose();
        First.Dispose();
        Second.Dispose();
    }
}
