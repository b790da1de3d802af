using Foreman.Operator.Dispatch;

namespace Foreman.Operator.Workloads.Cli;

/// <summary>The commands that a person goes on with. Pure.</summary>
/// <param name="Space">Namespace of the Workload.</param>
/// <param name="Kubeconfig">As it was given; null when it was not.</param>
/// <param name="KubeContext">As it was given; null when it was not.</param>
internal sealed record WorkloadHints(string Space, string? Kubeconfig = null, string? KubeContext = null)
{
    /// <summary>Shows a Workload until it has ended.</summary>
    public string Watch(string name) => $"{Show(name)} --watch";

    /// <summary>Shows a Workload as it is.</summary>
    public string Show(string name) => $"foreman-operator workload {name}{Ours}";

    /// <summary>Ends a Workload and its tasks.</summary>
    public string Cancel(string name) => $"{Show(name)} --cancel";

    /// <summary>Lets a suspended Workload go on.</summary>
    public string Resume(string name) => $"{Show(name)} --resume";

    /// <summary>Shows the open questions.</summary>
    public string Questions(string name) => $"foreman-operator decide {name}{Ours}";

    /// <summary>Answers a question.</summary>
    /// <param name="name">The Workload.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="step">Step whose question it is; null where there is one only.</param>
    public string Decide(string name, string answer, string? step) =>
        $"foreman-operator decide {name} {DispatchHints.Word(answer)}{(step is null ? "" : $" --step {step}")}{Ours}";

    /// <summary>What came of a task.</summary>
    public string Result(string task) => $"foreman-operator result {task}{Ours}";

    private string Ours => $" -n {DispatchHints.Word(Space)}{Flag("--kubeconfig", Kubeconfig)}{Flag("--kube-context", KubeContext)}";

    private static string Flag(string name, string? value) => value is null ? "" : $" {name} {DispatchHints.Word(value)}";
}
