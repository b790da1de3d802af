using System.Net.Http.Headers;
using Foreman.Testing.Kubelet;

namespace Foreman.Testing;

/// <summary>
/// etcd and kube-apiserver (RBAC on) as two real processes on free ports, with their files in a folder of their own.
/// On request kube-controller-manager too, which deletes what owners leave behind and empties namespaces, and kube-scheduler.
/// </summary>
internal sealed class ControlPlane : IAsyncDisposable
{
    private readonly ControlPlaneFiles _files = new();
    private readonly string _assets;
    private readonly bool _audits;
    private readonly int _apiPort;
    private readonly RealProcess _etcd;
    private readonly RealProcess _apiServer;
    private RealProcess? _controllers;
    private RealProcess? _scheduler;

    private ControlPlane(string assets, bool audits)
    {
        var ports = FreePort.Next(3);
        _assets = assets;
        _audits = audits;
        _apiPort = ports[2];
        _etcd = StartEtcd(ports[0], ports[1]);
        _apiServer = StartApiServer(ports[0]);
    }

    public string Url => $"https://127.0.0.1:{_apiPort}";

    /// <summary>PEM of the certificate to trust.</summary>
    public string Authority => File.ReadAllText(_files.ServingCertificate);

    public string AdminKubeconfig => _files.AdminKubeconfig;

    /// <summary>File with one line of JSON for each request of a ServiceAccount; null unless they are noted.</summary>
    public string? AuditLog => _audits ? _files.AuditLog : null;

    public TempFolder Folder => _files.Folder;

    /// <summary>Starts one and waits until it is ready; tries other ports when another process was faster.</summary>
    /// <param name="assets">Folder of the programs.</param>
    /// <param name="audits">Whether requests of ServiceAccounts are noted.</param>
    public static async Task<ControlPlane> StartAsync(string assets, bool audits)
    {
        for (var attempt = 1; ; attempt++)
        {
            var plane = new ControlPlane(assets, audits);
            try
            {
                await plane.WaitUntilReadyAsync();
                return plane;
            }
            catch (ControlPlaneEndedException) when (attempt < 3)
            {
                await plane.DisposeAsync();
            }
            catch
            {
                await plane.DisposeAsync();
                throw;
            }
        }
    }

    /// <summary>The authority of the kubelets that the API server asks for logs.</summary>
    public KubeletCertificates Kubelets => _files.Kubelets;

    /// <summary>What controllers wrote that have ended; null when none has.</summary>
    public string? EndedControllers => string.Join('\n', new[] { _controllers, _scheduler }.Where(p => p?.HasExited == true).Select(p => p!.Output)) is { Length: > 0 } said ? said : null;

    /// <summary>Starts kube-controller-manager unless it runs already.</summary>
    /// <param name="more">Further arguments.</param>
    public void StartControllers(params string[] more) => _controllers ??= RealProcess.Start(
        Path.Combine(_assets, "kube-controller-manager"),
        [
            "--kubeconfig", AdminKubeconfig,
            "--service-account-private-key-file", _files.ServiceAccountKey,
            "--use-service-account-credentials",
            "--leader-elect=false",
            "--secure-port=0",
            .. more,
        ]);

    /// <summary>Starts kube-controller-manager and kube-scheduler for kubelets: pods get the authority to trust, and a node that falls silent is missed after 10 s.</summary>
    public void StartPodControllers()
    {
        StartControllers(
            "--root-ca-file", _files.ServingCertificate,
            "--node-monitor-period=1s",
            "--node-monitor-grace-period=10s",
            "--node-eviction-rate=10",
            "--kube-api-qps=500",
            "--kube-api-burst=1000");
        _scheduler ??= RealProcess.Start(
            Path.Combine(_assets, "kube-scheduler"),
            "--kubeconfig", AdminKubeconfig,
            "--leader-elect=false",
            "--secure-port=0",
            "--kube-api-qps=500",
            "--kube-api-burst=1000");
    }

    public async ValueTask DisposeAsync()
    {
        // The API server before etcd: without etcd it takes minutes to end.
        foreach (var process in new[] { _scheduler, _controllers }.OfType<RealProcess>())
        {
            await process.DisposeAsync();
        }

        await _apiServer.DisposeAsync();
        await _etcd.DisposeAsync();
        _files.Dispose();
    }

    private RealProcess StartEtcd(int clientPort, int peerPort) => RealProcess.Start(
        Path.Combine(_assets, "etcd"),
        "--data-dir", _files.Folder["etcd"],
        "--unsafe-no-fsync",
        "--listen-client-urls", $"http://127.0.0.1:{clientPort}",
        "--advertise-client-urls", $"http://127.0.0.1:{clientPort}",
        "--listen-peer-urls", $"http://127.0.0.1:{peerPort}",
        "--initial-advertise-peer-urls", $"http://127.0.0.1:{peerPort}",
        "--initial-cluster", $"default=http://127.0.0.1:{peerPort}");

    private RealProcess StartApiServer(int etcdPort) => RealProcess.Start(
        Path.Combine(_assets, "kube-apiserver"),
        [
            "--etcd-servers", $"http://127.0.0.1:{etcdPort}",
            "--cert-dir", _files.CertificateFolder,
            "--secure-port", $"{_apiPort}",
            "--bind-address", "127.0.0.1",
            "--advertise-address", "127.0.0.1",
            "--service-account-issuer", "https://kubernetes.default.svc",
            "--service-account-key-file", _files.ServiceAccountKey,
            "--service-account-signing-key-file", _files.ServiceAccountKey,
            "--service-cluster-ip-range", "10.0.0.0/24",
            "--token-auth-file", _files.Tokens,
            "--authorization-mode", "RBAC",
            "--kubelet-certificate-authority", _files.Kubelets.AuthorityFile,
            "--kubelet-client-certificate", _files.Kubelets.ClientFile,
            "--kubelet-client-key", _files.Kubelets.ClientKeyFile,
            "--allow-privileged",
            .. _audits ? (string[])["--audit-policy-file", _files.AuditPolicy, "--audit-log-path", _files.AuditLog] : [],
        ]);

    private async Task WaitUntilReadyAsync()
    {
        using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true };
        using var http = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(5) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ControlPlaneFiles.AdminToken);
        await Eventually.TrueAsync(() => IsReadyAsync(http), "kube-apiserver to be ready", TimeSpan.FromMinutes(2));
        _files.WriteAdminKubeconfig(Url, Authority);
    }

    private async Task<bool> IsReadyAsync(HttpClient http)
    {
        if (_etcd.HasExited || _apiServer.HasExited)
        {
            var ended = _etcd.HasExited ? _etcd : _apiServer;
            throw new ControlPlaneEndedException($"The control plane ended while starting:\n{ended.Output}");
        }

        try
        {
            using var answer = await http.GetAsync(new Uri(Url + "/readyz"));
            using var space = await http.GetAsync(new Uri(Url + "/api/v1/namespaces/default"));
            return answer.IsSuccessStatusCode && space.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    private sealed class ControlPlaneEndedException(string message) : Exception(message);
}
