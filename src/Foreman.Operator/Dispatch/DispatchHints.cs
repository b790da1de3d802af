using System.Text.RegularExpressions;

namespace Foreman.Operator.Dispatch;

/// <summary>The commands that a person goes on with. Pure.</summary>
/// <param name="Request">What was asked.</param>
/// <param name="Space">Namespace of the tasks.</param>
internal sealed partial record DispatchHints(DispatchRequest Request, string Space)
{
    /// <summary>Shows a task again until it has ended.</summary>
    public string Follow(string task) => $"foreman-operator dispatch --name {task} --wait{Ours}";

    /// <summary>What came of a task.</summary>
    public string Result(string task) => $"foreman-operator result {task}{Ours}";

    /// <summary>Ends a task at the next safe point.</summary>
    public string Cancel(string task) => $"kubectl patch agentictask {task} --type=merge -p '{{\"spec\":{{\"cancel\":true}}}}'{Theirs}";

    /// <summary>All that the cluster says of a task.</summary>
    public string Describe(string task) => $"kubectl describe agentictask {task}{Theirs}";

    /// <summary>A word as a shell takes it.</summary>
    public static string Word(string text) => Plain().IsMatch(text) ? text : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private string Ours => $" -n {Word(Space)}{Flag("--kubeconfig", Request.Kubeconfig)}{Flag("--kube-context", Request.KubeContext)}";

    private string Theirs => $" -n {Word(Space)}{Flag("--kubeconfig", Request.Kubeconfig)}{Flag("--context", Request.KubeContext)}";

    private static string Flag(string name, string? value) => value is null ? "" : $" {name} {Word(value)}";

    [GeneratedRegex("^[A-Za-z0-9_./:@%+=,-]+\\z")]
    private static partial Regex Plain();
}
