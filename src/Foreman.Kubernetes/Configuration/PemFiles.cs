using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Foreman.Kubernetes;

/// <summary>Certificates, keys and small text files that a configuration names; each fault becomes a <see cref="KubeConfigException"/>.</summary>
internal static class PemFiles
{
    /// <summary>Text of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="config">The configuration file that names it, for the message.</param>
    /// <param name="key">The key that names it.</param>
    public static string ReadText(string path, string config, string? key)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KubeConfigException(config, key, $"the file {path} can't be read ({Reason(e)})", "Correct the path or its permissions", e);
        }
    }

    public static X509Certificate2Collection Certificates(string pem, string config, string? key)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(pem);
        }
        catch (CryptographicException e)
        {
            throw new KubeConfigException(config, key, $"a certificate can't be read ({e.Message})", "Put PEM certificates there", e);
        }

        return certificates.Count > 0
            ? certificates
            : throw new KubeConfigException(config, key, "holds no PEM certificate", "Put a block that begins with -----BEGIN CERTIFICATE----- there");
    }

    public static X509Certificate2 CertificateWithKey(string certificate, string privateKey, string config, string key)
    {
        try
        {
            return X509Certificate2.CreateFromPem(certificate, privateKey);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new KubeConfigException(
                config, key, $"the client certificate and its key do not make a pair ({e.Message})", "Put a PEM certificate and its own PEM private key there", e);
        }
    }

    private static string Reason(Exception e) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException => "there is no such file",
        UnauthorizedAccessException => "permission denied",
        _ => e.Message,
    };
}
