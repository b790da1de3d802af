using System.Text.Json.Nodes;
using Foreman.Api;

namespace Foreman.UserDeployments.Tests;

/// <summary>A shop with two services, of a user in the namespace team.</summary>
internal static class Given
{
    public const string Template = """
        parameters:
          - name: image
            default: registry.example.com/shop:1
          - name: replicas
            default: "2"
            pattern: "[1-9]"
        services:
          - name: web
            image: ${param.image}
            replicas: ${param.replicas}
            ports: [8080, 9090]
            expose: true
            env:
              GREETING: ${config.greeting}
            probes:
              readiness:
                path: /ready
          - name: db
            image: registry.example.com/db:3
            ports: [5432]
            volumes:
              - name: data
                mountPath: /data
        """;

    public static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static readonly DeploymentSettings Settings = new() { Domain = "apps.example.com", SecretStore = "vault" };

    public static UserDeployment Deployment(string name = "shop", Func<UserDeploymentSpec, UserDeploymentSpec>? change = null)
    {
        var spec = new UserDeploymentSpec
        {
            TemplateRef = new() { Name = "templates" },
            Config = new Dictionary<string, string> { ["greeting"] = "hello" },
        };
        return new()
        {
            Metadata = new() { Name = name, NamespaceProperty = "team", Uid = $"{name}-uid-0000", Generation = 1, CreationTimestamp = Noon },
            Spec = change is null ? spec : change(spec),
        };
    }

    public static UserDeploymentSpec Exposed(UserDeploymentSpec spec) => spec with { Access = new() { Mode = AccessMode.External } };

    public static DeploymentPlan Plan(Func<UserDeploymentSpec, UserDeploymentSpec>? change = null, string template = Template, DeploymentSettings? settings = null) =>
        DeploymentPlanner.Plan(Deployment("shop", change), template, settings ?? Settings);

    public static JsonNode At(this WantedObject wanted, params string[] path)
    {
        JsonNode node = wanted.Manifest;
        foreach (var step in path)
        {
            node = (int.TryParse(step, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var index) ? node.AsArray()[index] : node[step]) ?? throw new InvalidOperationException($"there is no {step} in {wanted.Manifest.ToJsonString()}");
        }

        return node;
    }

    public static void IsJson(string expected, JsonNode? actual) => Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), actual?.ToJsonString() ?? "null");

    public static WantedObject Find(this DeploymentPlan plan, ProvisioningStep step, string name) => plan.Objects.Single(o => o.Step == step && o.Name == name);
}
