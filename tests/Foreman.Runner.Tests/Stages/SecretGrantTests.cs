using Foreman.Api;

namespace Foreman.Runner.Tests.Stages;

public sealed class SecretGrantTests
{
    private static readonly RunnerOptions Options = new() { Holder = "h/1", NodeName = "gpu-1", Placement = Placement.Node, Program = RunnerProgram.Agent, WorkspaceRoot = "w", StateDirectory = "s" };

    [Fact]
    public void The_command_for_a_host_is_whole_and_fits_into_a_summary()
    {
        Assert.EndsWith("foreman-operator enroll gpu-1 --secret team/keys", RunnerProgram.Agent.MissingSecret(Options, "team", "keys"), StringComparison.Ordinal);
        Assert.EndsWith("--secret team/keys --namespace ours", RunnerProgram.Agent.MissingSecret(Options with { ForemanNamespace = "ours" }, "team", "keys"), StringComparison.Ordinal);
        Assert.InRange(RunnerProgram.Agent.MissingSecret(Options, new string('n', 63), "keys").Length, 1, ResultEnvelope.MaxSummaryBytes);
    }

    [Fact]
    public void For_the_operator_it_is_a_role_by_name() =>
        Assert.Contains("--resource-name=keys", RunnerProgram.Operator.MissingSecret(Options, "team", "keys"), StringComparison.Ordinal);
}
