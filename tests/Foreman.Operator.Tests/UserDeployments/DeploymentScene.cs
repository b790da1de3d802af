using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.UserDeployments;
using Foreman.Testing;
using Foreman.UserDeployments;
using Microsoft.Extensions.Logging.Abstractions;
using Deployment = Foreman.Kubernetes.ModelObject<k8s.Models.V1Deployment, Foreman.UserDeployments.DeploymentFormat>;

namespace Foreman.Operator.Tests.UserDeployments;

/// <summary>A namespace with a template on a real API server, and a controller that reconciles when a test says so.</summary>
internal sealed class DeploymentScene : IDisposable
{
    public const string Template = """
        services:
          - name: web
            image: registry.example.com/web:1
            ports: [8080]
            expose: true
            env:
              GREETING: ${config.greeting}
          - name: db
            image: registry.example.com/db:1
            ports: [5432]
        """;

    /// <summary>As much of the definitions of External Secrets and Traefik as an API server needs to store their objects.</summary>
    private const string Definitions = """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata:
          name: externalsecrets.external-secrets.io
        spec:
          group: external-secrets.io
          scope: Namespaced
          names: {kind: ExternalSecret, listKind: ExternalSecretList, plural: externalsecrets, singular: externalsecret}
          versions:
            - name: v1
              served: true
              storage: true
              schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, x-kubernetes-preserve-unknown-fields: true}}}}
        ---
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata:
          name: ingressroutes.traefik.io
        spec:
          group: traefik.io
          scope: Namespaced
          names: {kind: IngressRoute, listKind: IngressRouteList, plural: ingressroutes, singular: ingressroute}
          versions:
            - name: v1alpha1
              served: true
              storage: true
              schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, x-kubernetes-preserve-unknown-fields: true}}}}
        """;

    private readonly EventRecorder _events;
    private UserDeploymentController _controller;
    private IReadOnlyList<UserDeployment> _all = [];

    private DeploymentScene(KubernetesClient client, string space)
    {
        (Client, Space) = (client, space);
        _events = new(client, new() { Component = "foreman-operator", Time = Time });
        _controller = NewController();
    }

    public KubernetesClient Client { get; }

    public string Space { get; }

    /// <summary>What the controller works with; null for the test's own client.</summary>
    public IKubernetes? Working { get; set; }

    public SkippingTimeProvider Time { get; } = new();

    public static DeploymentSettings Settings { get; } = new() { Domain = "apps.example.com", SecretStore = "vault" };

    public static async Task<DeploymentScene> StartAsync(IClusterUnderTest cluster, bool hasOthers = true)
    {
        await ForemanDefinitions.InstallAsync(cluster);
        if (hasOthers)
        {
            await InstallOthersAsync(cluster);
        }
        else
        {
            await cluster.Kubectl.RunAsync("delete", "crd", "externalsecrets.external-secrets.io", "ingressroutes.traefik.io", "--ignore-not-found");
            await AreServedAsync(cluster, false);
        }

        return new(new(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.AdminKubeconfigPath)), await cluster.NewNamespaceAsync());
    }

    /// <summary>Serves ExternalSecrets and IngressRoutes.</summary>
    public static async Task InstallOthersAsync(IClusterUnderTest cluster)
    {
        await cluster.Kubectl.ApplyAsync(Definitions);
        await AreServedAsync(cluster, true);
    }

    public Task AddTemplateAsync(string text = Template) => Client.CreateAsync(new V1ConfigMap
    {
        Metadata = new() { Name = "templates", NamespaceProperty = Space },
        Data = new Dictionary<string, string> { ["template.yaml"] = text },
    });

    public Task<UserDeployment> CreateAsync(string name, Func<UserDeploymentSpec, UserDeploymentSpec>? change = null)
    {
        var spec = new UserDeploymentSpec { TemplateRef = new() { Name = "templates" }, Config = new Dictionary<string, string> { ["greeting"] = "hello" } };
        return Client.CreateAsync(new UserDeployment { Metadata = new() { Name = name, NamespaceProperty = Space }, Spec = change is null ? spec : change(spec) });
    }

    /// <summary>A client that may do what the chart lets the operator do for UserDeployments, and nothing else.</summary>
    public async Task<KubernetesClient> WithRightsOfTheChartAsync(IClusterUnderTest cluster)
    {
        var kubeconfig = await cluster.KubeconfigForAsync("operator", Space);
        var template = await File.ReadAllTextAsync(RepositoryRoot.At("charts/foreman/templates/user-deployments.yaml"));
        var rules = template[template.IndexOf("rules:\n", StringComparison.Ordinal)..template.IndexOf("---\n", StringComparison.Ordinal)];
        await cluster.Kubectl.ApplyAsync($$"""
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata: {name: {{Space}}-user-deployments}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: {{Space}}-user-deployments}
            subjects: [{kind: ServiceAccount, name: operator, namespace: {{Space}} }]
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata: {name: {{Space}}-user-deployments}
            """ + "\n" + rules);
        return new(KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig));
    }

    /// <summary>Reconciles once.</summary>
    /// <param name="name">The UserDeployment.</param>
    /// <param name="fence">Ends the process among its writes; null for never.</param>
    public async Task<ReconcileResult> ReconcileAsync(string name, IWriteFence? fence = null)
    {
        _all = (await Client.ListAsync<UserDeployment>()).Items;
        var context = new ReconcileContext<UserDeployment>
        {
            Key = new(Space, name),
            Entity = await Client.TryReadAsync<UserDeployment>(name, Space),
            Failures = 0,
            Client = fence is null ? Working ?? Client : Client.Fenced(fence),
            Events = _events,
            Logger = NullLogger.Instance,
            Time = Time,
        };
        return await _controller.ReconcileAsync(context, CancellationToken.None);
    }

    /// <summary>Another process takes over: nothing is in memory.</summary>
    public void Restart() => _controller = NewController();

    /// <summary>Changes spec.</summary>
    public Task<UserDeployment> SpecAsync(string name, string spec) =>
        Client.PatchAsync<UserDeployment>(V1Patch.Merge(new JsonObject { ["spec"] = JsonNode.Parse(spec) }), name, Space);

    public Task<UserDeployment> ReadAsync(string name) => Client.ReadAsync<UserDeployment>(name, Space);

    public async Task<V1Condition?> ConditionAsync(string name, string type) => (await ReadAsync(name)).Status?.Conditions.Find(type);

    public async Task<string> NamespaceOfAsync(string name) => (await ReadAsync(name)).Status?.Namespace ?? throw new InvalidOperationException($"{name} has no namespace");

    public Task<V1Namespace?> NamespaceAsync(string name) => Client.TryReadAsync<V1Namespace>(name);

    /// <summary>Kinds and names of what carries the label of a UserDeployment.</summary>
    public async Task<List<string>> ObjectsAsync(UserDeployment owner, string space)
    {
        var found = new List<string>();
        foreach (var type in WantedKinds.All)
        {
            var listed = await Client.Dynamic.ListMetadataAsync(type, space, new ListOptions { LabelSelector = Selectors.Equal(Labels.UserDeploymentUid, owner.Uid()) });
            found.AddRange(listed.Items.Select(i => $"{type.Kind} {i.Name()}"));
        }

        found.Sort(StringComparer.Ordinal);
        return found;
    }

    /// <summary>Does what the controller of Deployments would: all replicas are there.</summary>
    public async Task MakeReadyAsync(string space, string name, int ready)
    {
        var generation = (await Client.ReadAsync<Deployment>(name, space)).Metadata.Generation;
        var status = new JsonObject { ["observedGeneration"] = generation, ["replicas"] = ready, ["updatedReplicas"] = ready, ["readyReplicas"] = ready, ["availableReplicas"] = ready };
        await Client.PatchAsync<Deployment>(V1Patch.Merge(new JsonObject { ["status"] = status }), name, space, new PatchOptions { Subresource = "status" });
    }

    /// <summary>Does what the garbage collector does with a Deployment that is to go once its pods have gone.</summary>
    public Task CollectAsync(string space, string name) =>
        Client.PatchAsync<Deployment>(V1Patch.Merge(new JsonObject { ["metadata"] = new JsonObject { ["finalizers"] = null } }), name, space);

    /// <summary>Does what the controller of namespaces would: the namespace is empty.</summary>
    public async Task FinalizeAsync(string space)
    {
        var json = (await Client.Dynamic.TryReadAsync(V1Namespace.Type, space))!;
        json["spec"] = new JsonObject();
        await Client.Dynamic.ReplaceAsync(json, new ReplaceOptions { Subresource = "finalize" });
    }

    public void Dispose() => Client.Dispose();

    // An API server tells of new and removed kinds a moment after their definitions.
    private static Task AreServedAsync(IClusterUnderTest cluster, bool expected) => Eventually.TrueAsync(
        async () => await IsServedAsync(cluster, WantedKinds.ExternalSecret) == expected && await IsServedAsync(cluster, WantedKinds.IngressRoute) == expected,
        $"kinds of others to be served: {expected}");

    private static async Task<bool> IsServedAsync(IClusterUnderTest cluster, ResourceType type)
    {
        var told = await cluster.Kubectl.TryAsync("get", "--raw", $"/apis/{type.ApiVersion}");
        var listed = await cluster.Kubectl.TryAsync("get", "--raw", $"/apis/{type.ApiVersion}/{type.Plural}");
        return told.ExitCode == 0 && told.Output.Contains(type.Plural, StringComparison.Ordinal) && listed.ExitCode == 0;
    }

    private UserDeploymentController NewController() => new(Settings, () => _all);
}
