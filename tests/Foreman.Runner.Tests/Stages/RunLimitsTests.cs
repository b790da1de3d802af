using Foreman.Api;
using Foreman.Runner.Stages;

namespace Foreman.Runner.Tests.Stages;

[Trait("Kind", "12")]
public sealed class RunLimitsTests
{
    [Theory]
    [InlineData(null, null, "Succeeded")]
    [InlineData(0, 60, "Succeeded")]
    [InlineData(30, 60, "Failed")]
    [InlineData(60, 30, "Succeeded")]
    [InlineData(60, null, "Failed")]
    public void The_tasks_own_limit_fails_it_and_the_Agents_is_an_end_of_its_own(int? timeoutSeconds, int? requestTimeoutSeconds, string phase)
    {
        var agent = requestTimeoutSeconds is null ? null : BuiltInAgent.Spec with { RequestTimeoutSeconds = requestTimeoutSeconds };
        Assert.Equal(phase, RunLimits.PhaseOfTimeout(agent, new AgenticTaskSpec { TimeoutSeconds = timeoutSeconds }).Value);
    }
}
