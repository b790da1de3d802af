using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Foreman.Kubernetes.Tests;

/// <summary>A TLS server that answers each connection's requests according to the client certificate that it showed.</summary>
internal sealed class MutualTlsServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2 _own = Certificate("localhost");
    private readonly List<SslStream> _open = [];
    private X509Certificate2 _certificate;
    private readonly Func<string, Task<int>> _codeFor;

    public MutualTlsServer(Func<string, int> codeForSubject)
        : this(subject => Task.FromResult(codeForSubject(subject)))
    {
    }

    public MutualTlsServer(Func<string, Task<int>> codeForSubject)
    {
        _codeFor = codeForSubject;
        _certificate = _own;
        _listener.Start();
        _ = AcceptAsync();
    }

    public Uri Url => new($"https://localhost:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>The certificate of the server.</summary>
    public string CertificatePem => Volatile.Read(ref _certificate).ExportCertificatePem();

    /// <summary>From now on the server shows another certificate; connections that are open end.</summary>
    public void Present(X509Certificate2 certificate)
    {
        Volatile.Write(ref _certificate, certificate);
        lock (_open)
        {
            _open.ForEach(s => s.Dispose());
            _open.Clear();
        }
    }

    /// <summary>A certificate of its own with a private key.</summary>
    public static X509Certificate2 Certificate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using var made = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null, X509KeyStorageFlags.Exportable);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _own.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            try
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync());
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(TcpClient connection)
    {
        using var _ = connection;
#pragma warning disable CA5359 // Whoever shows a certificate is let in: the test decides by its name.
        await using var stream = new SslStream(connection.GetStream(), leaveInnerStreamOpen: false, (_, _, _, _) => true);
#pragma warning restore CA5359
        try
        {
            await stream.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = Volatile.Read(ref _certificate), ClientCertificateRequired = true });
            lock (_open)
            {
                _open.Add(stream);
            }

            var subject = stream.RemoteCertificate?.Subject ?? "";
            using var reader = new StreamReader(stream, leaveOpen: true);
            while (await ReadHeadAsync(reader))
            {
                var code = await _codeFor(subject);
                var body = code == 200 ? """{"metadata":{"name":"a"}}""" : $$"""{"kind":"Status","code":{{code}}}""";
                await stream.WriteAsync(Encoding.UTF8.GetBytes($"HTTP/1.1 {code} X\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
            }
        }
        catch (Exception e) when (e is IOException or AuthenticationException or ObjectDisposedException)
        {
            // The client has gone.
        }
    }

    private static async Task<bool> ReadHeadAsync(StreamReader reader)
    {
        var line = await reader.ReadLineAsync();
        while (line is { Length: > 0 })
        {
            line = await reader.ReadLineAsync();
        }

        return line is not null;
    }
}
