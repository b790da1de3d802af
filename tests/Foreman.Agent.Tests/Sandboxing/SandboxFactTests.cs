using Foreman.Agent.Sandboxing;
using Foreman.Api;
using Foreman.Sandbox;

namespace Foreman.Agent.Tests.Sandboxing;

public class SandboxFactTests
{
    [Fact]
    public void A_full_sandbox_needs_no_reason() =>
        Assert.Equal(new NodeSandbox { Mode = SandboxMode.Full }, SandboxFact.Of(CageMode.Full, null, insecure: false));

    [Fact]
    public void A_reduced_sandbox_says_why_and_is_never_called_unconfined() => Assert.Equal(
        new NodeSandbox { Mode = SandboxMode.Reduced, Reason = "no user namespaces" },
        SandboxFact.Of(CageMode.Reduced, "no user namespaces", insecure: true));

    [Theory]
    [InlineData(false, null)]
    [InlineData(true, true)]
    public void Without_a_sandbox_the_flag_decides(bool insecure, bool? unconfined) => Assert.Equal(
        new NodeSandbox { Mode = SandboxMode.None, Reason = "install the package bubblewrap", Unconfined = unconfined },
        SandboxFact.Of(null, "install the package bubblewrap", insecure));

    [Fact]
    public void A_reason_is_one_line_of_bounded_length()
    {
        var reason = SandboxFact.Of(null, "bwrap:\n" + new string('x', 5000), insecure: false).Reason;

        Assert.InRange(reason!.Length, 1, 1024);
        Assert.DoesNotContain('\n', reason);
    }
}
