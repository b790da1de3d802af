using Foreman.Kubernetes;
using Foreman.Runner.Fencing;
using Foreman.Runner.Tests.Scene;

namespace Foreman.Runner.Tests.Fencing;

public sealed class WriteFailureTests
{
    [Fact]
    public void A_write_waits_for_a_credential_that_can_not_be_had_at_present() =>
        Assert.Equal(WriteRemedy.Wait, WriteFailure.Remedy(
            new KubernetesUnreachableException(new Uri("https://one.example.com"), UnreachableReason.Credential, "the plugin fails")));

    [Fact]
    [Trait("Kind", "12")]
    public void A_write_in_a_namespace_that_is_being_deleted_is_dropped() =>
        Assert.Equal(WriteRemedy.Drop, WriteFailure.Remedy(TaskServer.Error(
            System.Net.HttpStatusCode.Forbidden, "Forbidden", new V1StatusDetails { Causes = [new V1StatusCause { Reason = "NamespaceTerminating" }] })));

    [Fact]
    public void A_fault_of_this_program_is_no_failure_of_a_write() => Assert.Null(WriteFailure.Remedy(new InvalidOperationException("a fault")));
}
