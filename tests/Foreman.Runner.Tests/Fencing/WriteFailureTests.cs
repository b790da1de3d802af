using Foreman.Kubernetes;
using Foreman.Runner.Fencing;

namespace Foreman.Runner.Tests.Fencing;

public sealed class WriteFailureTests
{
    [Fact]
    public void A_write_waits_for_a_credential_that_can_not_be_had_at_present() =>
        Assert.Equal(WriteRemedy.Wait, WriteFailure.Remedy(
            new KubernetesUnreachableException(new Uri("https://one.example.com"), UnreachableReason.Credential, "the plugin fails")));

    [Fact]
    public void A_fault_of_this_program_is_no_failure_of_a_write() => Assert.Null(WriteFailure.Remedy(new InvalidOperationException("a fault")));
}
