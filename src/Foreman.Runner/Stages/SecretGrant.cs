namespace Foreman.Runner.Stages;

/// <summary>Says how a runner comes to read a Secret: the command that grants it, ready to be run. Pure.</summary>
internal static class SecretGrant
{
    private const string DefaultNamespace = "foreman-system";

    /// <summary>What is said of a Secret that a host may not read.</summary>
    /// <param name="options">Who runs the task.</param>
    /// <param name="space">Namespace of the Secret.</param>
    /// <param name="name">Its name.</param>
    public static string OfHost(RunnerOptions options, string space, string name)
    {
        var installed = options.ForemanNamespace == DefaultNamespace ? "" : $" --namespace {options.ForemanNamespace}";
        return $"This host may not read Secret {space}/{name}. Grant it: foreman-operator enroll {options.NodeName} --secret {space}/{name}{installed}";
    }

    /// <summary>What is said of a Secret that the operator may not read.</summary>
    /// <param name="options">Who runs the task.</param>
    /// <param name="space">Namespace of the Secret.</param>
    /// <param name="name">Its name.</param>
    public static string OfOperator(RunnerOptions options, string space, string name) =>
        $"The operator may not read Secret {space}/{name}. Grant it: kubectl -n {space} create role foreman-{name} --verb=get --resource=secrets --resource-name={name}; "
        + $"kubectl -n {space} create rolebinding foreman-{name} --role=foreman-{name} --serviceaccount={options.ForemanNamespace}:foreman-operator";
}
