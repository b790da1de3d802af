using Foreman.Operator.Workloads.Cli;

namespace Foreman.Operator.Tests.Workloads.Cli;

public class WorkloadHintsTests
{
    [Fact]
    public void Commands_carry_the_flags_of_the_call()
    {
        var hints = new WorkloadHints("team", "/my files/kc", "lab");

        Assert.Equal("foreman-operator workload w -n team --kubeconfig '/my files/kc' --kube-context lab --watch", hints.Watch("w"));
        Assert.Equal("foreman-operator workload w -n team --kubeconfig '/my files/kc' --kube-context lab --cancel", hints.Cancel("w"));
        Assert.Equal("foreman-operator decide w 'the first' --step code-42 -n team --kubeconfig '/my files/kc' --kube-context lab", hints.Decide("w", "the first", "code-42"));
        Assert.Equal("foreman-operator decide w -n team --kubeconfig '/my files/kc' --kube-context lab", hints.Questions("w"));
        Assert.Equal("foreman-operator result t -n team --kubeconfig '/my files/kc' --kube-context lab", hints.Result("t"));
    }
}
