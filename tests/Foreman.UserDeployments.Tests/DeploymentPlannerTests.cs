using Foreman.Api;

namespace Foreman.UserDeployments.Tests;

public sealed class DeploymentPlannerTests
{
    [Fact]
    public void U01_The_objects_come_in_the_order_of_the_steps()
    {
        var plan = Given.Plan(s => Given.Exposed(s) with { Secrets = [new() { Name = "key", RemoteKey = "shop/key" }] });

        Assert.Null(plan.Refusal);
        Assert.Equal(
            [
                "Namespace Namespace ud-shop-shop-uid", "ConfigMaps ConfigMap user-config", "ExternalSecrets ExternalSecret key",
                "Deployments Deployment web", "Deployments Deployment db", "Services Service web", "Services Service db",
                "Routes IngressRoute user-route", "NetworkPolicies NetworkPolicy user-isolation", "NetworkPolicies NetworkPolicy user-exposure",
            ],
            plan.Objects.Select(o => $"{o.Step} {o.Type.Kind} {o.Name}"));
    }

    [Fact]
    public void U03_Each_service_has_a_deployment_and_a_service_that_name_their_owner()
    {
        var plan = Given.Plan(s => s with { Owner = "ann" });

        Assert.All(plan.Objects, o =>
        {
            Assert.Equal("shop-uid-0000", o.At("metadata", "labels", Labels.UserDeploymentUid).GetValue<string>());
            Assert.Equal("team/shop", o.At("metadata", "annotations", Labels.UserDeployment).GetValue<string>());
            Assert.Equal("ann", o.At("metadata", "annotations", Labels.UserDeploymentOwner).GetValue<string>());
            Assert.Equal(o.Type.ApiVersion, o.At("apiVersion").GetValue<string>());
        });
        Assert.Equal([("web", 2), ("db", 1)], plan.Services.Select(s => (s.Name, s.Replicas)));
        Assert.Equal("web", plan.Find(ProvisioningStep.Services, "web").At("spec", "selector", "app.kubernetes.io/name").GetValue<string>());
        Assert.Equal(8080, plan.Find(ProvisioningStep.Services, "web").At("spec", "ports", "0", "port").GetValue<int>());
    }

    [Fact]
    public void U04_A_change_of_the_configuration_rolls_only_what_sees_it()
    {
        var (before, after) = (Given.Plan(), Given.Plan(s => s with { Config = new Dictionary<string, string> { ["greeting"] = "good day" } }));

        Assert.Equal(["Namespace", "Deployment db", "Service web", "Service db", "NetworkPolicy user-isolation"], Same(before, after));
        Assert.NotEqual(before.Digest, after.Digest);

        const string mounted = """
            services:
              - {name: web, image: x, volumes: [{name: c, mountPath: /c, config: true}]}
              - {name: db, image: y}
            """;
        var (one, other) = (Given.Plan(template: mounted), Given.Plan(s => s with { Config = new Dictionary<string, string> { ["b"] = "2" } }, mounted));
        Assert.Equal(["Namespace", "Deployment db", "Service web", "Service db", "NetworkPolicy user-isolation"], Same(one, other));
        Assert.Equal("user-config", one.Find(ProvisioningStep.Deployments, "web").At("spec", "template", "spec", "volumes", "0", "configMap", "name").GetValue<string>());

        static IEnumerable<string> Same(DeploymentPlan one, DeploymentPlan other) => one.Objects.Zip(other.Objects)
            .Where(p => p.First.Manifest.ToJsonString() == p.Second.Manifest.ToJsonString())
            .Select(p => p.First.Step == ProvisioningStep.Namespace ? "Namespace" : $"{p.First.Type.Kind} {p.First.Name}");
    }

    [Fact]
    public void U05_Secrets_are_references_to_the_store_and_reach_services_as_variables()
    {
        var plan = Given.Plan(s => s with { Secrets = [new() { Name = "key", RemoteKey = "shop/key", Property = "token", Env = "GREETING" }] });

        var secret = plan.Find(ProvisioningStep.ExternalSecrets, "key");
        Assert.Equal(("ClusterSecretStore", "vault"), (secret.At("spec", "secretStoreRef", "kind").GetValue<string>(), secret.At("spec", "secretStoreRef", "name").GetValue<string>()));
        Assert.Equal(("shop/key", "token"), (secret.At("spec", "data", "0", "remoteRef", "key").GetValue<string>(), secret.At("spec", "data", "0", "remoteRef", "property").GetValue<string>()));
        var variables = plan.Find(ProvisioningStep.Deployments, "web").At("spec", "template", "spec", "containers", "0", "env").AsArray();
        Given.IsJson("""{"name":"GREETING","valueFrom":{"secretKeyRef":{"key":"user-deployment-value","name":"key"}}}""", Assert.Single(variables));
    }

    [Fact]
    public void U06_External_access_is_an_ingress_route_on_the_domain()
    {
        var route = Given.Plan(Given.Exposed).Find(ProvisioningStep.Routes, "user-route");

        Given.IsJson(
            """{"entryPoints":["websecure"],"routes":[{"kind":"Rule","match":"Host(`shop-team.apps.example.com`)","services":[{"name":"web","port":8080}]}],"tls":{}}""",
            route.At("spec"));
    }

    [Fact]
    public void U06_Internal_access_has_an_internal_route_only()
    {
        var plan = Given.Plan(s => s with { Access = new() { Mode = AccessMode.Internal, Host = "shop", Port = 9090 } });

        var route = Assert.Single(plan.Objects, o => o.Step == ProvisioningStep.Routes);
        Assert.Equal("""["internal"]""", route.At("spec", "entryPoints").ToJsonString());
        Assert.Equal("Host(`shop.apps.example.com`)", route.At("spec", "routes", "0", "match").GetValue<string>());
        Assert.Equal(9090, route.At("spec", "routes", "0", "services", "0", "port").GetValue<int>());
        Assert.False(route.Manifest["spec"]!.AsObject().ContainsKey("tls"));
    }

    [Fact]
    public void U06_A_plain_ingress_says_the_same()
    {
        var route = Given.Plan(Given.Exposed, settings: Given.Settings with { IngressKind = IngressKind.Ingress }).Find(ProvisioningStep.Routes, "user-route");

        Assert.Equal(("networking.k8s.io/v1", "Ingress"), (route.At("apiVersion").GetValue<string>(), route.At("kind").GetValue<string>()));
        Assert.Equal("shop-team.apps.example.com", route.At("spec", "rules", "0", "host").GetValue<string>());
        Assert.Equal("shop-team.apps.example.com", route.At("spec", "tls", "0", "hosts", "0").GetValue<string>());
        Assert.Equal(8080, route.At("spec", "rules", "0", "http", "paths", "0", "backend", "service", "port", "number").GetValue<int>());
    }

    [Fact]
    public void U07_Network_policies_select_only_the_pods_of_the_deployment_and_can_be_switched_off()
    {
        var isolation = Given.Plan(Given.Exposed).Find(ProvisioningStep.NetworkPolicies, "user-isolation");
        Assert.Equal("shop-uid-0000", isolation.At("spec", "podSelector", "matchLabels", Labels.UserDeploymentUid).GetValue<string>());
        Assert.Equal("shop-uid-0000", isolation.At("spec", "ingress", "0", "from", "0", "podSelector", "matchLabels", Labels.UserDeploymentUid).GetValue<string>());
        Assert.Contains("169.254.0.0/16", isolation.At("spec", "egress", "2", "to", "0", "ipBlock", "except").ToJsonString(), StringComparison.Ordinal);

        Assert.DoesNotContain(Given.Plan(Given.Exposed, settings: Given.Settings with { NetworkPolicies = false }).Objects, o => o.Step == ProvisioningStep.NetworkPolicies);
    }

    [Fact]
    public void Pods_are_restricted_and_so_is_their_namespace()
    {
        var plan = Given.Plan();
        var pod = plan.Find(ProvisioningStep.Deployments, "web").At("spec", "template", "spec");

        Assert.Equal("restricted", plan.Objects[0].At("metadata", "labels", "pod-security.kubernetes.io/enforce").GetValue<string>());
        Given.IsJson("""{"runAsNonRoot":true,"seccompProfile":{"type":"RuntimeDefault"}}""", pod["securityContext"]);
        Given.IsJson("""{"allowPrivilegeEscalation":false,"capabilities":{"drop":["ALL"]}}""", pod["containers"]![0]!["securityContext"]);
        Assert.False(pod["automountServiceAccountToken"]!.GetValue<bool>());
    }

    [Fact]
    public void Privileged_pods_need_the_operators_leave_and_a_namespace_for_them()
    {
        const string template = "services: [{name: a, image: b, privileged: true}]";

        Assert.Equal(Reasons.TemplateInvalid, Given.Plan(template: template).Refusal?.Reason);
        var plan = Given.Plan(template: template, settings: Given.Settings with { AllowPrivileged = true });
        Assert.Equal("privileged", plan.Objects[0].At("metadata", "labels", "pod-security.kubernetes.io/enforce").GetValue<string>());
        Assert.True(plan.Find(ProvisioningStep.Deployments, "a").At("spec", "template", "spec", "containers", "0", "securityContext", "privileged").GetValue<bool>());
    }

    [Fact]
    public void A_stopped_one_has_all_objects_and_no_replicas()
    {
        var plan = Given.Plan(s => s with { DesiredState = DesiredState.Stopped });

        Assert.Equal(Given.Plan().Objects.Select(o => o.Name), plan.Objects.Select(o => o.Name));
        Assert.All(plan.Objects.Where(o => o.Step == ProvisioningStep.Deployments), o => Assert.Equal(0, o.At("spec", "replicas").GetValue<int>()));
        Assert.All(plan.Services, s => Assert.Equal(0, s.Replicas));
    }

    [Fact]
    public void Overrides_change_one_service_and_must_name_it()
    {
        var plan = Given.Plan(s => s with { Overrides = [new() { Service = "db", Replicas = 3, Image = "registry.example.com/db:4", Resources = new() { Limits = new Dictionary<string, System.Text.Json.Nodes.JsonNode> { ["memory"] = "1Gi" } } }] });
        Assert.Equal(new WantedService("db", 3, "registry.example.com/db:4"), plan.Services[1]);
        Assert.Equal("1Gi", plan.Find(ProvisioningStep.Deployments, "db").At("spec", "template", "spec", "containers", "0", "resources", "limits", "memory").GetValue<string>());

        var refusal = Given.Plan(s => s with { Overrides = [new() { Service = "dB" }] }).Refusal;
        Assert.Equal((Reasons.SpecInvalid, "spec.overrides: the template has no service dB."), (refusal?.Reason, refusal?.Message));
    }

    [Fact]
    public void Values_of_users_mean_nothing_to_the_kubelet()
    {
        var plan = Given.Plan(s => s with { Config = new Dictionary<string, string> { ["greeting"] = "$(SECRET) $5" } });

        Assert.Equal("$$(SECRET) $$5", plan.Find(ProvisioningStep.Deployments, "web").At("spec", "template", "spec", "containers", "0", "env", "0", "value").GetValue<string>());
    }

    [Theory]
    [InlineData("services: [{name: a, image: b, ports: [80]}]", null, "one service with expose: true")]
    [InlineData("services: [{name: a, image: b, expose: true}]", null, "the exposed service a has no port 0")]
    [InlineData("services: [{name: a, image: b, ports: [80], expose: true}]", 81, "the exposed service a has no port 81")]
    public void Access_needs_one_exposed_service_with_that_port(string template, int? port, string why) =>
        Assert.Contains(why, Given.Plan(s => s with { Access = new() { Mode = AccessMode.External, Port = port } }, template).Refusal?.Message, StringComparison.Ordinal);

    [Fact]
    public void A_service_without_ports_is_headless() =>
        Assert.Equal("None", Given.Plan(template: "services: [{name: a, image: b}]").Find(ProvisioningStep.Services, "a").At("spec", "clusterIP").GetValue<string>());
}
