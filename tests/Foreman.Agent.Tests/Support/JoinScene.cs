using Foreman.Agent.Cli;
using Foreman.Agent.Hosting;
using Foreman.Agent.Identity;
using Foreman.Api;
using Foreman.DevCluster;
using Foreman.Kubernetes;
using Foreman.Probes;
using Foreman.Testing;

namespace Foreman.Agent.Tests.Support;

/// <summary>A dev cluster and a host that is enrolled there, on a clock that can skip; what an admin's enroll makes is made here.</summary>
internal sealed class JoinScene : IAsyncDisposable
{
    public const string Node = "mac-1";
    public const string Space = "foreman-system";
    public const string Hosts = "foreman-system-hosts";

    private readonly TempFolder _folder = new();
    private readonly List<IDisposable> _opened = [];
    private DevClusterServer? _server;
    private int _tickets;

    public SkippingTimeProvider Time { get; } = new();

    public RecordingLogger Logger { get; } = new();

    /// <summary>Where the host's kubeconfig lies.</summary>
    public string Kubeconfig => _folder["host/kubeconfig"];

    /// <summary>A client that may do everything.</summary>
    public KubernetesClient Admin { get; private set; } = null!;

    private HostCluster Cluster => new(_server!.Url.AbsoluteUri.TrimEnd('/')) { Authority = _server.CaPem };

    public static async Task<JoinScene> StartAsync()
    {
        var scene = new JoinScene();
        scene._server = await DevClusterServer.StartAsync(new DevClusterOptions { StateDirectory = scene._folder["cluster"], TimeProvider = scene.Time, Namespaces = [Space, Hosts] });
        scene.Admin = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(scene._server.KubeconfigPath));
        await scene.Admin.CreateAsync(new V1ServiceAccount { Metadata = new() { Name = Node, NamespaceProperty = Hosts } });
        return scene;
    }

    /// <summary>What enroll prints.</summary>
    public async Task<JoinTicket> TicketAsync(TimeSpan? life = null, TimeSpan? offline = null)
    {
        var id = FormattableString.Invariant($"join-{++_tickets}");
        await Admin.CreateAsync(new V1ServiceAccount { Metadata = new() { Name = id, NamespaceProperty = Space } });
        var answer = await Admin.Dynamic.CreateSubresourceAsync(new(V1ServiceAccount.Type, id, Space), "token", TokenRequests.Body(TokenRequests.Join, null));
        return new JoinTicket
        {
            Node = Node,
            Namespace = Space,
            Id = id,
            Token = TokenRequests.Read(answer)!.Value,
            Cluster = Cluster,
            TokenSeconds = (long)(life ?? TokenRequests.Shortest).TotalSeconds,
            RenewalSeconds = (long)(offline ?? TokenRequests.Offline).TotalSeconds,
        };
    }

    /// <summary>Writes the kubeconfig that an earlier release gave the host.</summary>
    /// <returns>The host's token.</returns>
    public async Task<string> EnrolledBeforeAsync(TimeSpan life)
    {
        var answer = await Admin.Dynamic.CreateSubresourceAsync(new(V1ServiceAccount.Type, Node, Hosts), "token", TokenRequests.Body(life, null));
        var token = TokenRequests.Read(answer)!.Value;
        PrivateText.Write(Kubeconfig, HostKubeconfig.Write(Cluster, Node, token, null));
        return token;
    }

    /// <summary>Joins the host by a ticket.</summary>
    public Task<IssuedToken> JoinAsync(JoinTicket ticket, string? path = null) => new HostJoin(ticket, path ?? Kubeconfig, Time).RunAsync(CancellationToken.None);

    /// <summary>What an agent has after its kubeconfig was read.</summary>
    public AgentContext Open()
    {
        var cluster = new ClusterSettings(Kubeconfig, null, Space, TimeSpan.FromSeconds(1));
        var (kubernetes, credentials) = ClusterConnection.Open(cluster, Time, Logger);
        var identity = HostIdentity.Open(_folder[FormattableString.Invariant($"state-{_opened.Count}")], "1");
        _opened.AddRange([kubernetes, identity]);
        var settings = new AgentSettings
        {
            Cluster = cluster,
            Node = new NodeSettings { Name = Node },
            Runs = new RunSettings { WorkspaceDir = _folder["runs"], StateDir = _folder["state"] },
            Probe = new ProbeOptions(),
            Declared = new DeclaredCapability(),
        };
        return new AgentContext(settings, kubernetes, identity, Time, Logger) { Credentials = credentials };
    }

    /// <summary>Skips on until the condition holds, in steps that no call takes.</summary>
    public Task SkipUntilAsync(Func<bool> condition, string what) => Eventually.TrueAsync(
        () =>
        {
            if (condition())
            {
                return true;
            }

            Time.Skip(TimeSpan.FromSeconds(15));
            return false;
        },
        what);

    /// <summary>Whether the server answers a call of the host.</summary>
    public static async Task<bool> IsAcceptedAsync(AgentContext agent)
    {
        try
        {
            await agent.Kubernetes.TryReadAsync<V1ConfigMap>("any", "default");
            return true;
        }
        catch (KubernetesException e) when (e.IsUnauthorized)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _opened.ForEach(opened => opened.Dispose());
        Admin.Dispose();
        await _server!.DisposeAsync();
        _folder.Dispose();
    }
}
