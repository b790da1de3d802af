using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.UserDeployments.Templates;
using k8s.Models;

namespace Foreman.UserDeployments.Wanted;

/// <summary>Services, routes and network policies. Pure.</summary>
internal static class NetworkObjects
{
    /// <summary>Name of the route.</summary>
    public const string Route = "user-route";

    private const string Internal = "internal";
    private const string External = "websecure";

    // Addresses within clusters and of nodes, and those that tell what a node may do.
    private static readonly string[] Private4 = ["10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"];
    private static readonly string[] Private6 = ["fc00::/7", "fe80::/10"];

    /// <summary>The Service of a service; headless where it has no ports.</summary>
    public static WantedObject Service(DeploymentRun run, TemplateService service)
    {
        var spec = new V1ServiceSpec
        {
            Selector = run.ServiceLabels(service.Name),
            ClusterIP = service.Ports.IsEmpty ? "None" : null,
            Ports = service.Ports.IsEmpty ? null : [.. service.Ports.Select(p => new V1ServicePort { Name = Texts.Of($"port-{p}"), Port = p, TargetPort = Port(p), Protocol = "TCP" })],
        };
        return run.Object(ProvisioningStep.Services, WantedKinds.Service, service.Name, ("spec", DeploymentRun.Json(spec)));
    }

    /// <summary>The way in from outside.</summary>
    public static WantedObject RouteTo(DeploymentRun run, TemplateService service)
    {
        var isInternal = run.Deployment.Spec.Access?.Mode == AccessMode.Internal;
        return run.Settings.IngressKind == IngressKind.Traefik
            ? run.Object(ProvisioningStep.Routes, WantedKinds.IngressRoute, Route, ("spec", TraefikSpec(run, service, isInternal)))
            : run.Object(ProvisioningStep.Routes, WantedKinds.Ingress, Route, ("spec", DeploymentRun.Json(IngressSpec(run, service, isInternal))));
    }

    /// <summary>Who may reach whom: the pods each other, the exposed one from everywhere in the cluster, and all of them names and the internet.</summary>
    public static IEnumerable<WantedObject> Policies(DeploymentRun run)
    {
        var own = new V1LabelSelector { MatchLabels = run.OwnLabels() };
        yield return Policy(run, "user-isolation", new()
        {
            PodSelector = own,
            PolicyTypes = ["Ingress", "Egress"],
            Ingress = [new() { FromProperty = [new() { PodSelector = own }] }],
            Egress =
            [
                new() { To = [new() { PodSelector = own }] },
                new() { To = [new() { NamespaceSelector = new() }], Ports = [new() { Port = Port(53), Protocol = "UDP" }, new() { Port = Port(53), Protocol = "TCP" }] },
                new() { To = [new() { IpBlock = new() { Cidr = "0.0.0.0/0", Except = [.. Private4] } }, new() { IpBlock = new() { Cidr = "::/0", Except = [.. Private6] } }] },
            ],
        });
        if (run.Exposed is { } service)
        {
            yield return Policy(run, "user-exposure", new()
            {
                PodSelector = new() { MatchLabels = run.ServiceLabels(service.Name) },
                PolicyTypes = ["Ingress"],
                Ingress = [new() { FromProperty = [new() { NamespaceSelector = new() }], Ports = [new() { Port = Port(run.ExposedPort), Protocol = "TCP" }] }],
            });
        }
    }

    private static WantedObject Policy(DeploymentRun run, string name, V1NetworkPolicySpec spec) =>
        run.Object(ProvisioningStep.NetworkPolicies, WantedKinds.NetworkPolicy, name, ("spec", DeploymentRun.Json(spec)));

    private static V1IngressSpec IngressSpec(DeploymentRun run, TemplateService service, bool isInternal) => new()
    {
        IngressClassName = isInternal ? Internal : null,
        Tls = isInternal ? null : [new() { Hosts = [run.Target.Host!] }],
        Rules =
        [
            new()
            {
                Host = run.Target.Host,
                Http = new() { Paths = [new() { Path = "/", PathType = "Prefix", Backend = new() { Service = new() { Name = service.Name, Port = new() { Number = run.ExposedPort } } } }] },
            },
        ],
    };

    private static JsonObject TraefikSpec(DeploymentRun run, TemplateService service, bool isInternal)
    {
        var spec = new JsonObject
        {
            ["entryPoints"] = new JsonArray(isInternal ? Internal : External),
            ["routes"] = new JsonArray(new JsonObject
            {
                ["kind"] = "Rule",
                ["match"] = $"Host(`{run.Target.Host}`)",
                ["services"] = new JsonArray(new JsonObject { ["name"] = service.Name, ["port"] = run.ExposedPort }),
            }),
        };
        if (!isInternal)
        {
            spec["tls"] = new JsonObject();
        }

        return spec;
    }

    private static IntOrString Port(int port) => port;
}
