using System.Security.Cryptography.X509Certificates;

namespace Foreman.Kubernetes;

/// <summary>
/// The connections of a client. A new client certificate needs new connections; the connections before stay open for calls
/// and watches in progress until the next certificate change.
/// </summary>
internal sealed class Connections(KubernetesClientConfiguration configuration) : IDisposable
{
    private readonly Lock _lock = new();
    private ConnectionSet _current = new(configuration, configuration.ClientCertificate);
    private ConnectionSet? _previous;
    private bool _disposed;

    /// <summary>The connections that identify themselves with a certificate; null for the configuration's own.</summary>
    public HttpMessageInvoker For(X509Certificate2? certificate)
    {
        certificate ??= configuration.ClientCertificate;
        var current = Volatile.Read(ref _current);
        return current.Certificate == certificate ? current.Http : Switch(certificate);
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

    private HttpMessageInvoker Switch(X509Certificate2? certificate)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(KubernetesClient));
            if (_current.Certificate == certificate)
            {
                return _current.Http;
            }

            if (_previous?.Certificate == certificate && _previous is { } previous)
            {
                return previous.Http;
            }

            _previous?.Http.Dispose();
            _previous = _current;
            _current = new(configuration, certificate);
            return _current.Http;
        }
    }

    private sealed class ConnectionSet(KubernetesClientConfiguration configuration, X509Certificate2? certificate)
    {
        public X509Certificate2? Certificate { get; } = certificate;

        public HttpMessageInvoker Http { get; } = new(HttpHandlerFactory.Create(configuration with { ClientCertificate = certificate }));
    }
}
