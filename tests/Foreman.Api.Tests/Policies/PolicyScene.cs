using System.Text.Json.Nodes;
using Foreman.Kubernetes;
using Foreman.Testing;

namespace Foreman.Api.Tests.Policies;

/// <summary>
/// The policies of one installation on a cluster, and callers whom nothing else holds: where there are roles, they may do everything, so
/// that what is refused is refused by the policies. No operator runs.
/// </summary>
internal sealed class PolicyScene : IAsyncDisposable
{
    private static readonly ResourceType Policies = Registration("ValidatingAdmissionPolicy", "validatingadmissionpolicies");
    private static readonly ResourceType Bindings = Registration("ValidatingAdmissionPolicyBinding", "validatingadmissionpolicybindings");
    private static readonly ResourceType RoleBindings = new("rbac.authorization.k8s.io", "v1", "ClusterRoleBinding", "clusterrolebindings", Namespaced: false);

    private readonly KubernetesClientConfiguration _configuration;
    private readonly Dictionary<string, KubernetesClient> _clients = new(StringComparer.Ordinal);
    private readonly Stack<ResourceKey> _made = new();

    private PolicyScene(IClusterUnderTest cluster, string space, string release)
    {
        _configuration = KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.AdminKubeconfigPath);
        (Cluster, Space, Release) = (cluster, space, release);
        Admin = new KubernetesClient(_configuration);
    }

    public IClusterUnderTest Cluster { get; }

    /// <summary>May do everything and is held by no policy.</summary>
    public KubernetesClient Admin { get; }

    /// <summary>Namespace of the tasks.</summary>
    public string Space { get; }

    /// <summary>Namespace of the operator; names of the scene begin with it.</summary>
    public string Release { get; }

    public string HostsSpace => Labels.HostsNamespace(Release);

    public string HostA => Release + "-a";

    public string HostB => Release + "-b";

    public Caller A => Host("host A", HostA);

    public Caller B => Host("host B", HostB);

    public Caller Operator => Caller.Account("the operator", Release, "foreman-operator");

    public Caller Fire => Caller.Account("a fire of another namespace", Release, "foreman-fire");

    public Caller Agent(string node) => Host($"the agent on {node}", "foreman-agent").InPod("agent-" + node, "uid-of-agent-" + node, node);

    public Caller Host(string title, string account) => Caller.Account(title, HostsSpace, account);

    /// <summary>The run in the pod of a Job.</summary>
    public Caller Run(string job, string uid) => Caller.Account($"the run {job}", Space, "default").InPod(job + "-x7k2p", uid);

    /// <summary>The account of the pods of Jobs, with a token that is for no pod.</summary>
    public Caller Runner => Caller.Account("the account of runs without a pod", Space, "foreman-runner");

    /// <summary>Installs the policies and waits until they hold.</summary>
    /// <param name="cluster">Where.</param>
    public static async Task<PolicyScene> StartAsync(IClusterUnderTest cluster)
    {
        await ForemanDefinitions.InstallAsync(cluster);
        var scene = new PolicyScene(cluster, await cluster.NewNamespaceAsync("tasks"), await cluster.NewNamespaceAsync("release"));
        try
        {
            await scene.MakeAsync(V1Namespace.Type, new JsonObject { ["metadata"] = new JsonObject { ["name"] = scene.HostsSpace } });
            await scene.GrantAsync();
            await scene.InstallAsync(AdmissionPolicies.For(scene.Release, scene.Release, "foreman-operator", "foreman-runner"));
            await scene.WaitAsync();
            return scene;
        }
        catch
        {
            await scene.DisposeAsync();
            throw;
        }
    }

    /// <summary>A client that is this caller.</summary>
    public KubernetesClient As(Caller caller)
    {
        var key = caller.User + string.Join(',', caller.Extra.Select(extra => $"{extra.Key}={extra.Value[0]}"));
        return _clients.TryGetValue(key, out var known) ? known : (_clients[key] = new KubernetesClient(_configuration with { Impersonate = caller.ToImpersonation() }));
    }

    /// <summary>A client with a bearer token.</summary>
    public KubernetesClient WithToken(string token) => new(_configuration with { AccessToken = token, AccessTokenFile = null });

    /// <summary>Stores an object as the admin; it goes with the scene.</summary>
    public async Task<JsonObject> MakeAsync(ResourceType type, JsonObject manifest)
    {
        manifest["apiVersion"] = type.ApiVersion;
        manifest["kind"] = type.Kind;
        var made = await Admin.Dynamic.CreateAsync(manifest);
        _made.Push(new ResourceKey(type, (string)made["metadata"]!["name"]!, (string?)made["metadata"]!["namespace"]));
        return made;
    }

    /// <summary>Applies policies and bindings; they go with the scene.</summary>
    public async Task InstallAsync(IEnumerable<string> yaml)
    {
        foreach (var manifest in yaml.Select(YamlToJson.Convert))
        {
            await Admin.Dynamic.CreateAsync(manifest);
            _made.Push(new ResourceKey((string?)manifest["kind"] == Policies.Kind ? Policies : Bindings, (string)manifest["metadata"]!["name"]!));
        }
    }

    /// <summary>Lets callers do everything that no policy refuses, where there are roles.</summary>
    public async Task GrantAsync(string? hostsSpace = null)
    {
        if (!Cluster.EnforcesRbac)
        {
            return;
        }

        string[] users = [Operator.User, Fire.User, Run("", "").User, Runner.User];
        await MakeAsync(RoleBindings, new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = hostsSpace ?? HostsSpace },
            ["roleRef"] = new JsonObject { ["apiGroup"] = RoleBindings.Group, ["kind"] = "ClusterRole", ["name"] = "cluster-admin" },
            ["subjects"] = new JsonArray(
            [
                Subject("Group", "system:serviceaccounts:" + (hostsSpace ?? HostsSpace)),
                .. users.Select(user => Subject("User", user)),
            ]),
        });
    }

    /// <summary>What a request is refused with; null when it is let pass.</summary>
    public static async Task<string?> RefusalAsync(Func<Task> request)
    {
        try
        {
            await request();
            return null;
        }
        catch (KubernetesException e)
        {
            return e.Message;
        }
    }

    /// <summary>Waits until a caller is refused for a rule, by trying to make a ConfigMap.</summary>
    public Task WaitAsync(Caller caller) => Eventually.TrueAsync(
        async () => await RefusalAsync(() => As(caller).Dynamic.CreateAsync(Probe(V1ConfigMap.Type, Space), new WriteOptions { DryRun = true })) is { } why
            && why.Contains("rule own-things", StringComparison.Ordinal),
        $"the policy of {caller.Title} to hold");

    public async ValueTask DisposeAsync()
    {
        while (_made.TryPop(out var key))
        {
            await RefusalAsync(() => Admin.Dynamic.DeleteAsync(key));
        }

        foreach (var client in _clients.Values)
        {
            client.Dispose();
        }

        Admin.Dispose();
    }

    private async Task WaitAsync()
    {
        foreach (var caller in (Caller[])[A, Agent("n1"), Run("fm-0123456789-1", "u"), Fire])
        {
            await WaitAsync(caller);
        }

        await Eventually.TrueAsync(
            async () => await RefusalAsync(() => As(Operator).Dynamic.CreateAsync(NodeManifest(Release + "-probe"), new WriteOptions { DryRun = true })) is { } why
                && why.Contains("rule nodes-of-hosts", StringComparison.Ordinal),
            "the policy of the operator to hold");
    }

    /// <summary>A FleetNode as an agent registers it.</summary>
    public static JsonObject NodeManifest(string name) => new()
    {
        ["apiVersion"] = FleetNode.Type.ApiVersion,
        ["kind"] = FleetNode.Type.Kind,
        ["metadata"] = new JsonObject { ["name"] = name },
        ["spec"] = new JsonObject { ["nodeName"] = name, ["roles"] = new JsonArray("worker") },
    };

    private static JsonObject Probe(ResourceType type, string space) => new()
    {
        ["apiVersion"] = type.ApiVersion,
        ["kind"] = type.Kind,
        ["metadata"] = new JsonObject { ["name"] = "probe", ["namespace"] = space },
    };

    private static JsonObject Subject(string kind, string name) => new() { ["apiGroup"] = RoleBindings.Group, ["kind"] = kind, ["name"] = name };

    private static ResourceType Registration(string kind, string plural) => new("admissionregistration.k8s.io", "v1", kind, plural, Namespaced: false);
}
