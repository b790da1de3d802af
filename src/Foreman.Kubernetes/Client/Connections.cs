using System.Security.Cryptography.X509Certificates;

namespace Foreman.Kubernetes;

/// <summary>
/// The connections of a client. Other certificates need new connections; the connections before stay open for calls
/// and watches in progress until the next change.
/// </summary>
internal sealed class Connections(KubernetesClientConfiguration configuration, TlsFiles files) : IDisposable
{
    private readonly Lock _lock = new();
    private ConnectionSet _current = new(configuration, files.Current());
    private ConnectionSet? _previous;
    private bool _disposed;

    /// <summary>The connections that identify themselves with a certificate; null for the configuration's own.</summary>
    public HttpMessageInvoker For(X509Certificate2? certificate)
    {
        var own = files.Current();
        var tls = certificate is null ? own : own with { Certificate = certificate };
        var current = Volatile.Read(ref _current);
        return current.Tls.IsSame(tls) ? current.Http : Switch(tls);
    }

    /// <summary>The certificates of the files, as calls use them now.</summary>
    public TlsMaterial Files => files.Latest;

    /// <summary>Reads the certificate files at once.</summary>
    /// <param name="used">What the call used that was refused; another call may have read the files since.</param>
    /// <returns>True when calls use other certificates now.</returns>
    public bool RereadFiles(TlsMaterial used)
    {
        _ = files.Reread();
        return !files.Latest.IsSame(used);
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _current.Http.Dispose();
            _previous?.Http.Dispose();
        }
    }

    private HttpMessageInvoker Switch(TlsMaterial tls)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(KubernetesClient));
            if (_current.Tls.IsSame(tls))
            {
                return _current.Http;
            }

            if (_previous is { } previous && previous.Tls.IsSame(tls))
            {
                return previous.Http;
            }

            _previous?.Http.Dispose();
            _previous = _current;
            _current = new(configuration, tls);
            return _current.Http;
        }
    }

    private sealed class ConnectionSet(KubernetesClientConfiguration configuration, TlsMaterial tls)
    {
        public TlsMaterial Tls { get; } = tls;

        public HttpMessageInvoker Http { get; } = new(HttpHandlerFactory.Create(configuration with { ClientCertificate = tls.Certificate, SslCaCerts = tls.Authorities }));
    }
}
