using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.UserDeployments;

/// <summary>What a spec may ask for, whatever its template. Pure.</summary>
public static class SpecRules
{
    /// <summary>Key of a template where spec names none.</summary>
    public const string TemplateKey = "template.yaml";

    /// <summary>Value of the label of namespaces that take UserDeployments of others.</summary>
    public const string Allowed = "allowed";

    private const int MostParameter = 32 * 1024;

    /// <summary>All that is wrong with a spec; null for nothing.</summary>
    /// <param name="deployment">The UserDeployment.</param>
    /// <param name="settings">What this operator allows.</param>
    public static DeploymentRefusal? Check(UserDeployment deployment, DeploymentSettings settings)
    {
        List<string> faults = [.. DeploymentTarget.Of(deployment, settings).Faults, .. Namespaces(deployment, settings), .. Secrets(deployment.Spec, settings), .. Values(deployment.Spec)];
        return faults.Count == 0 ? null : new(Reasons.SpecInvalid, Texts.Joined(faults) + ".");
    }

    /// <summary>Whether a namespace may have the objects of a UserDeployment.</summary>
    /// <param name="space">The namespace, as it is stored.</param>
    /// <param name="deployment">The UserDeployment.</param>
    /// <returns>Null when it may.</returns>
    public static DeploymentRefusal? CheckNamespace(V1Namespace space, UserDeployment deployment) =>
        IsMadeFor(space, deployment) || space.Name() == deployment.Namespace() || space.GetLabel(Labels.UserDeployments) == Allowed
            ? null
            : new(
                Reasons.NamespaceNotAllowed,
                $"The namespace {space.Name()} is there already and is not for UserDeployments of others: label it with {Labels.UserDeployments}={Allowed}, or leave spec.targetNamespace out in a new UserDeployment.");

    /// <summary>True for a namespace that was made for a UserDeployment, which goes with it.</summary>
    /// <param name="space">The namespace, as it is stored.</param>
    /// <param name="deployment">The UserDeployment.</param>
    public static bool IsMadeFor(V1Namespace space, UserDeployment deployment) => space.GetLabel(Labels.UserDeploymentUid) == deployment.Uid();

    /// <summary>Where the template of a UserDeployment is.</summary>
    /// <param name="deployment">The UserDeployment.</param>
    public static (ObjectKey ConfigMap, string Key) TemplateOf(UserDeployment deployment)
    {
        var reference = deployment.Spec.TemplateRef;
        return (
            new(reference.Namespace is { Length: > 0 } space ? space : deployment.Namespace(), reference.Name),
            reference.Key is { Length: > 0 } key ? key : TemplateKey);
    }

    // The operator may read and write everywhere: what a user may make it read or write is bounded here.
    private static IEnumerable<string> Namespaces(UserDeployment deployment, DeploymentSettings settings)
    {
        if (TemplateOf(deployment).ConfigMap.Namespace is var template && template != deployment.Namespace() && template != settings.ForemanNamespace)
        {
            yield return $"spec.templateRef.namespace: templates are read in {deployment.Namespace()} and in {settings.ForemanNamespace}, not in {Texts.Shown(template)}";
        }

        if (deployment.Spec.TargetNamespace is { } target
            && (target.StartsWith("kube-", StringComparison.Ordinal) || target == settings.ForemanNamespace || target == Labels.HostsNamespace(settings.ForemanNamespace)))
        {
            yield return $"spec.targetNamespace: {target} is of the cluster or of the operator";
        }
    }

    private static IEnumerable<string> Secrets(UserDeploymentSpec spec, DeploymentSettings settings)
    {
        var secrets = spec.Secrets ?? [];
        if (secrets.Count > 0 && settings.SecretStore is null)
        {
            yield return "spec.secrets: this operator has no secret store; set CLUSTER_SECRET_STORE";
        }

        foreach (var secret in secrets)
        {
            if (!Names.IsLabel(secret.Name))
            {
                yield return $"spec.secrets: `{Texts.Shown(secret.Name)}` is no name of lower-case letters, digits and inner dashes";
            }

            if (secret.Env is { Length: > 0 } variable && !Names.IsVariable(variable))
            {
                yield return $"spec.secrets: `{Texts.Shown(variable)}` is no name of an environment variable";
            }
        }

        if (secrets.Select(s => s.Env).Where(e => !string.IsNullOrEmpty(e)).GroupBy(e => e, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { Key: { } twice })
        {
            yield return $"spec.secrets: the variable {Texts.Shown(twice)} stands there twice";
        }
    }

    private static IEnumerable<string> Values(UserDeploymentSpec spec) =>
        (spec.Config ?? NoValues).Keys.Where(k => !Names.IsConfigKey(k)).Select(k => $"spec.config: `{Texts.Shown(k)}` is no key of letters, digits, dashes, underscores and dots")
        .Concat((spec.Parameters ?? NoValues).Where(p => p.Value.Length > MostParameter).Select(p => Texts.Of($"spec.parameters: {Texts.Shown(p.Key)} is longer than {MostParameter} characters")));

    private static Dictionary<string, string> NoValues => [];
}
