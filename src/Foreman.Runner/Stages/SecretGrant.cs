using Foreman.Api;

namespace Foreman.Runner.Stages;

/// <summary>Says how a host comes to read a Secret. Pure.</summary>
internal static class SecretGrant
{
    private const string DefaultNamespace = "foreman-system";

    /// <summary>What is said of a Secret that the runner may not read: the command that grants it, ready to be run.</summary>
    /// <param name="options">Who runs the task.</param>
    /// <param name="space">Namespace of the Secret.</param>
    /// <param name="name">Its name.</param>
    public static string Missing(RunnerOptions options, string space, string name)
    {
        if (options.Placement == Placement.Node)
        {
            var installed = options.ForemanNamespace == DefaultNamespace ? "" : $" --namespace {options.ForemanNamespace}";
            return $"This host may not read Secret {space}/{name}. Grant it: foreman-operator enroll {options.NodeName} --secret {space}/{name}{installed}";
        }

        return $"The operator may not read Secret {space}/{name}. Grant it: kubectl -n {space} create role foreman-{name} --verb=get --resource=secrets --resource-name={name}; "
            + $"kubectl -n {space} create rolebinding foreman-{name} --role=foreman-{name} --serviceaccount={options.ForemanNamespace}:foreman-operator";
    }
}
