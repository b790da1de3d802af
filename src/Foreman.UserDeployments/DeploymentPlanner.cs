using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.UserDeployments.Templates;
using Foreman.UserDeployments.Wanted;

namespace Foreman.UserDeployments;

/// <summary>What a UserDeployment and its template come to. Pure: the same input gives the same objects.</summary>
public static class DeploymentPlanner
{
    /// <summary>The objects in their order, or all that is wrong.</summary>
    /// <param name="deployment">The UserDeployment, as it is stored.</param>
    /// <param name="template">Text of its template.</param>
    /// <param name="settings">What this operator allows.</param>
    public static DeploymentPlan Plan(UserDeployment deployment, string template, DeploymentSettings settings)
    {
        if (SpecRules.Check(deployment, settings) is { } refusal)
        {
            return new([], [], refusal);
        }

        var reading = TemplateReader.Read(template, deployment.Spec.Parameters, deployment.Spec.Config, settings.AllowPrivileged);
        if (!reading.Faults.IsEmpty)
        {
            return new([], [], new(Reasons.TemplateInvalid, $"The template can't be carried out: {Texts.Joined(reading.Faults)}."));
        }

        var faults = Overridden(deployment.Spec, reading.Services, out var services);
        var run = new DeploymentRun(deployment, settings, DeploymentTarget.Of(deployment, settings), services);
        faults.AddRange(Exposure(run));
        return faults.Count > 0
            ? new([], [], new(Reasons.SpecInvalid, Texts.Joined(faults) + "."))
            : new(Objects(run), [.. services.Select(s => new WantedService(s.Name, PodObjects.Replicas(run, s), s.Image))], null);
    }

    private static ImmutableArray<WantedObject> Objects(DeploymentRun run) =>
    [
        ConfigObjects.Namespace(run),
        .. run.HasConfigMap ? [ConfigObjects.ConfigMap(run)] : Array.Empty<WantedObject>(),
        .. (run.Deployment.Spec.Secrets ?? []).Select(s => ConfigObjects.Secret(run, s)),
        .. run.Services.Select(s => PodObjects.Deployment(run, s)),
        .. run.Services.Select(s => NetworkObjects.Service(run, s)),
        .. run.Exposed is { } exposed ? [NetworkObjects.RouteTo(run, exposed)] : Array.Empty<WantedObject>(),
        .. run.Settings.NetworkPolicies ? NetworkObjects.Policies(run) : [],
    ];

    private static List<string> Overridden(UserDeploymentSpec spec, ImmutableArray<TemplateService> services, out ImmutableArray<TemplateService> overridden)
    {
        var faults = new List<string>();
        var all = services.ToBuilder();
        foreach (var change in spec.Overrides ?? [])
        {
            var at = IndexOf(all, change.Service);
            if (at < 0)
            {
                faults.Add($"spec.overrides: the template has no service {Texts.Shown(change.Service)}");
                continue;
            }

            faults.AddRange(Faults(change));
            all[at] = Over(all[at], change);
        }

        overridden = all.ToImmutable();
        return faults;
    }

    private static int IndexOf(ImmutableArray<TemplateService>.Builder services, string name)
    {
        for (var i = 0; i < services.Count; i++)
        {
            if (services[i].Name == name)
            {
                return i;
            }
        }

        return -1;
    }

    private static IEnumerable<string> Faults(ServiceOverride change)
    {
        if (change.Image is { Length: > 0 } image && !ServiceReader.IsImage(image))
        {
            yield return $"spec.overrides: `{Texts.Shown(image)}` is no image";
        }

        foreach (var (name, amount) in Amounts(change.Resources?.Requests).Concat(Amounts(change.Resources?.Limits)))
        {
            if (!Quantities.IsResource(name) || !Quantities.IsQuantity(amount))
            {
                yield return $"spec.overrides: `{Texts.Shown(name)}: {Texts.Shown(amount)}` is no resource and quantity";
            }
        }
    }

    private static TemplateService Over(TemplateService service, ServiceOverride change) => service with
    {
        Replicas = change.Replicas ?? service.Replicas,
        Image = change.Image is { Length: > 0 } image ? image : service.Image,
        Requests = change.Resources is null ? service.Requests : Amounts(change.Resources.Requests),
        Limits = change.Resources is null ? service.Limits : Amounts(change.Resources.Limits),
    };

    private static ImmutableSortedDictionary<string, string> Amounts(IReadOnlyDictionary<string, JsonNode>? amounts) =>
        amounts is null ? ImmutableSortedDictionary<string, string>.Empty : amounts.ToImmutableSortedDictionary(a => a.Key, a => a.Value?.ToString() ?? "", StringComparer.Ordinal);

    private static IEnumerable<string> Exposure(DeploymentRun run)
    {
        if (run.Target.Host is null)
        {
            yield break;
        }

        if (run.Services.Count(s => s.Expose) != 1)
        {
            yield return "spec.access: the template must have one service with expose: true";
        }
        else if (!run.Exposed!.Ports.Contains(run.ExposedPort))
        {
            yield return Texts.Of($"spec.access.port: the exposed service {run.Exposed.Name} has no port {run.ExposedPort}");
        }
    }
}
