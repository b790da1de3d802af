using Foreman.Operator.Dispatch;

namespace Foreman.Operator.Tests.Dispatch;

public class DispatchHintsTests
{
    [Fact]
    public void Commands_carry_the_flags_of_the_call()
    {
        var hints = new DispatchHints(new DispatchRequest { Kubeconfig = "/my files/kc", KubeContext = "lab" }, "team");

        Assert.Equal("foreman-operator dispatch --name t --wait -n team --kubeconfig '/my files/kc' --kube-context lab", hints.Follow("t"));
        Assert.Equal("foreman-operator result t -n team --kubeconfig '/my files/kc' --kube-context lab", hints.Result("t"));
        Assert.Equal("kubectl describe agentictask t -n team --kubeconfig '/my files/kc' --context lab", hints.Describe("t"));
        Assert.StartsWith("kubectl patch agentictask t --type=merge -p '{\"spec\":{\"cancel\":true}}' -n team", hints.Cancel("t"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/a/b-c.d", "/a/b-c.d")]
    [InlineData("", "''")]
    [InlineData("it's", "'it'\\''s'")]
    [InlineData("$(x)", "'$(x)'")]
    public void Words_are_quoted_for_a_shell(string text, string word) => Assert.Equal(word, DispatchHints.Word(text));
}
