using System.Security.Cryptography.X509Certificates;
using Foreman.Kubernetes;

namespace Foreman.Testing.Faults;

/// <summary>
/// Stands between clients and an API server and lets go wrong what a test asks for, on the level of connections and of
/// calls. It ends TLS with a certificate of its own and speaks HTTP/2 and HTTP/1.1; callers keep their bearer tokens. What is
/// not hit by a fault passes as it comes, watches too.
/// </summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private readonly TempFolder _folder = new("foreman-fault-proxy-");
    private readonly FaultScript _script = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly KubernetesClientConfiguration _server;
    private readonly TcpRelay _relay;
    private readonly Upstream _upstream;
    private readonly HttpFront _front;

    private FaultProxy(KubernetesClientConfiguration server, FaultProxyOptions options)
    {
        _server = server;
        Journal = new Journal(options.Time);
        _relay = new TcpRelay(Journal);
        _upstream = new Upstream(server);
        var handler = new FaultingHandler(new(_upstream, _script, Journal, _relay, options.Time), _stopping.Token);
        _front = new HttpFront(handler.HandleAsync, options.Http1Only);
        Url = new Uri($"https://127.0.0.1:{_relay.Port}/");
        KubeconfigPath = _folder.Write("kubeconfig", KubeconfigText.ForToken(Url.ToString(), AuthorityPem, server.AccessToken ?? "", server.Namespace));
    }

    /// <summary>Where clients connect to.</summary>
    public Uri Url { get; }

    /// <summary>A kubeconfig with the server's own user that leads through the proxy.</summary>
    public string KubeconfigPath { get; }

    /// <summary>The certificate authority to trust.</summary>
    public static string AuthorityPem => ProxyCertificate.AuthorityPem;

    /// <summary>What has passed.</summary>
    public Journal Journal { get; }

    /// <summary>Starts a proxy before a cluster's API server.</summary>
    public static Task<FaultProxy> StartAsync(IClusterUnderTest cluster, FaultProxyOptions? options = null) =>
        StartAsync(cluster.AdminKubeconfigPath, options);

    /// <summary>Starts a proxy before the server of a kubeconfig, whose client certificate, if it has one, is shown for all callers.</summary>
    public static async Task<FaultProxy> StartAsync(string kubeconfig, FaultProxyOptions? options = null)
    {
        var proxy = new FaultProxy(KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig), options ?? new());
        proxy._relay.Start(await proxy._front.StartAsync());
        return proxy;
    }

    /// <summary>The same user on the way through the proxy.</summary>
    public KubernetesClientConfiguration Through(KubernetesClientConfiguration configuration) => configuration with
    {
        Host = Url,
        SslCaCerts = [X509Certificate2.CreateFromPem(AuthorityPem)],
        ClientCertificate = null,
    };

    /// <summary>The server's own user on the way through the proxy.</summary>
    public KubernetesClientConfiguration Configuration => Through(_server);

    /// <summary>Puts a rule to work, from the next call on.</summary>
    public InjectedFault Inject(FaultRule rule) => _script.Add(new RuleSource(rule));

    /// <summary>Lets something go wrong with all calls that match.</summary>
    public InjectedFault Inject(CallMatch match, Fault fault) => Inject(new FaultRule(match, fault));

    /// <summary>Puts another source of faults to work, such as <see cref="RandomFaults"/>.</summary>
    public InjectedFault Inject(IFaultSource source) => _script.Add(source);

    /// <summary>What the server answers to a GET right now, to be played again later as a stale answer.</summary>
    public Task<string> CaptureAsync(string pathAndQuery) => _upstream.ReadAsync(pathAndQuery);

    /// <summary>Lets callers with this token pass as the server's own user: so tokens can be rotated on any cluster.</summary>
    public void Accept(string token) => _upstream.Alias(token);

    /// <summary>The server is away: all connections are reset, and each new one until <see cref="BringUp"/>.</summary>
    public void TakeDown() => _relay.TakeDown();

    /// <summary>The server is back.</summary>
    public void BringUp() => _relay.BringUp();

    /// <summary>Resets all connections; new ones pass.</summary>
    public void ResetConnections() => _relay.ResetAll();

    /// <summary>Silences the connections that there are, for ever, without closing them; new ones pass.</summary>
    public void FreezeConnections() => _relay.FreezeOpen();

    /// <summary>Silences all connections, and new ones too, until <see cref="Thaw"/>.</summary>
    public void Freeze() => _relay.Freeze();

    /// <summary>Lets the bytes pass that <see cref="Freeze"/> held, and those after them.</summary>
    public void Thaw() => _relay.Thaw();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _relay.Dispose();
        await _front.DisposeAsync();
        _upstream.Dispose();
        _stopping.Dispose();
        _folder.Dispose();
    }
}
