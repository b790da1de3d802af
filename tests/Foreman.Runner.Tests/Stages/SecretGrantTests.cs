using Foreman.Api;
using Foreman.Runner.Stages;

namespace Foreman.Runner.Tests.Stages;

public sealed class SecretGrantTests
{
    private static readonly RunnerOptions Options = new() { Holder = "h/1", NodeName = "gpu-1", Placement = Placement.Node, WorkspaceRoot = "w", StateDirectory = "s" };

    [Fact]
    public void The_command_for_a_host_is_whole_and_fits_into_a_summary()
    {
        Assert.EndsWith("foreman-operator enroll gpu-1 --secret team/keys", SecretGrant.Missing(Options, "team", "keys"), StringComparison.Ordinal);
        Assert.EndsWith("--secret team/keys --namespace ours", SecretGrant.Missing(Options with { ForemanNamespace = "ours" }, "team", "keys"), StringComparison.Ordinal);
        Assert.InRange(SecretGrant.Missing(Options, new string('n', 63), "keys").Length, 1, ResultEnvelope.MaxSummaryBytes);
    }

    [Fact]
    public void For_the_operator_it_is_a_role_by_name() =>
        Assert.Contains("--resource-name=keys", SecretGrant.Missing(Options with { Placement = Placement.Operator }, "team", "keys"), StringComparison.Ordinal);
}
