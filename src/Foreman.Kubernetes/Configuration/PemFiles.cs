using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Foreman.Kubernetes;

/// <summary>Certificates, keys and small text files that a configuration names; each fault becomes a <see cref="KubeConfigException"/>.</summary>
internal static class PemFiles
{
    private const int MaxBytes = 1 << 20;
    private const int LeastBuffer = 8 * 1024;
    private const string Begin = "-----BEGIN CERTIFICATE-----";
    private const string End = "-----END CERTIFICATE-----";

    /// <summary>Text of a file of at most 1 MiB.</summary>
    /// <param name="path">The file.</param>
    /// <param name="config">The configuration file that names it, for the message.</param>
    /// <param name="key">The key that names it.</param>
    public static string ReadText(string path, string config, string? key)
    {
        try
        {
            using var file = File.OpenRead(path);
            var bytes = new byte[Math.Clamp(file.Length + 1, LeastBuffer, MaxBytes + 1)];
            var count = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return count == bytes.Length
                ? throw new KubeConfigException(config, key, $"the file {path} grows, or is larger than {MaxBytes >> 20} MiB", "Name the right file")
                : Encoding.UTF8.GetString(bytes.AsSpan(0, count)).TrimStart('\uFEFF');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
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

        if (Count(pem, Begin) > Count(pem, End))
        {
            throw new KubeConfigException(config, key, "ends within a certificate", "Wait until it is written completely, or write it again");
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

    private static int Count(ReadOnlySpan<char> text, string word) => text.Count(word);

    private static string Reason(Exception e) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException => "there is no such file",
        UnauthorizedAccessException => "permission denied",
        _ => e.Message,
    };
}
