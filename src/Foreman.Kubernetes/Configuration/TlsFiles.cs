using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace Foreman.Kubernetes;

/// <summary>The certificates of a connection.</summary>
/// <param name="Certificate">Client certificate with its key; null for none.</param>
/// <param name="Authorities">Certificates that sign the server's; null for the system's.</param>
internal sealed record TlsMaterial(X509Certificate2? Certificate, X509Certificate2Collection? Authorities)
{
    /// <summary>True when both hold the same objects: certificates themselves compare by issuer and serial number only.</summary>
    public bool IsSame(TlsMaterial other) => ReferenceEquals(Certificate, other.Certificate) && ReferenceEquals(Authorities, other.Authorities);
}

/// <summary>
/// The certificates of a configuration, read again when their files change: programs renew them in place, Kubernetes by swapping a
/// link to their folder. Contents are compared, never times. What can't be read, or is half written, leaves what was read before.
/// </summary>
internal sealed class TlsFiles
{
    /// <summary>How often the files are read while calls are made.</summary>
    public static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(10);

    private readonly KubernetesClientConfiguration _configuration;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly bool _hasFiles;
    private volatile TlsMaterial _current;
    private string? _clientText;
    private string? _authoritiesText;
    private string? _problem;
    private long _checkedAt;

    public TlsFiles(KubernetesClientConfiguration configuration, TimeProvider time, ILogger logger)
    {
        (_configuration, _time, _logger) = (configuration, time, logger);
        _current = new(configuration.ClientCertificate, configuration.SslCaCerts);
        _hasFiles = configuration.SslCaFile is not null || (configuration.ClientCertificateFile is not null && configuration.ClientKeyFile is not null);
        _checkedAt = time.GetTimestamp();
    }

    /// <summary>What was read last.</summary>
    public TlsMaterial Latest => _current;

    /// <summary>The certificates to use now; looks at the files when that was long ago.</summary>
    public TlsMaterial Current()
    {
        if (_hasFiles && _time.GetElapsedTime(Interlocked.Read(ref _checkedAt)) >= CheckInterval)
        {
            Reread();
        }

        return _current;
    }

    /// <summary>Reads the files at once.</summary>
    /// <returns>True when they hold other certificates than before.</returns>
    public bool Reread()
    {
        if (!_hasFiles)
        {
            return false;
        }

        lock (_lock)
        {
            Interlocked.Exchange(ref _checkedAt, _time.GetTimestamp());
            var before = _current;
            string? problem = null;
            _current = new(Read(ClientCertificate, before.Certificate, ref problem), Read(Authorities, before.Authorities, ref problem));
            if (problem is not null && problem != _problem)
            {
                _logger.CertificateFilesUnreadable(problem);
            }

            _problem = problem;
            var changed = !_current.IsSame(before);
            if (changed)
            {
                _logger.CertificateFilesChanged(_configuration.Host);
            }

            return changed;
        }
    }

    private static T? Read<T>(Func<T?, T?> read, T? before, ref string? problem)
        where T : class
    {
        try
        {
            return read(before);
        }
        catch (KubeConfigException e)
        {
            problem = e.Message;
            return before;
        }
    }

    private X509Certificate2? ClientCertificate(X509Certificate2? before)
    {
        if (_configuration.ClientCertificateFile is not { } file || _configuration.ClientKeyFile is not { } keyFile)
        {
            return before;
        }

        var (certificate, key) = (PemFiles.ReadText(file, file, null), PemFiles.ReadText(keyFile, keyFile, null));
        var text = certificate + key;
        if (text == _clientText)
        {
            return before;
        }

        var read = PemFiles.CertificateWithKey(certificate, key, file, "client-certificate");
        _clientText = text;
        return before is not null && read.RawDataMemory.Span.SequenceEqual(before.RawDataMemory.Span) ? before : read;
    }

    private X509Certificate2Collection? Authorities(X509Certificate2Collection? before)
    {
        if (_configuration.SslCaFile is not { } file)
        {
            return before;
        }

        var text = PemFiles.ReadText(file, file, null);
        if (text == _authoritiesText)
        {
            return before;
        }

        var read = PemFiles.Certificates(text, file, null);
        _authoritiesText = text;
        return before is not null && read.Select(c => c.Thumbprint).SequenceEqual(before.Select(c => c.Thumbprint)) ? before : read;
    }
}
