using Foreman.AgentLoop.Conformance;
using Foreman.Api;

namespace Foreman.AgentLoop.Tests.Conformance;

public sealed class ConformanceDecisionTests
{
    private const string Tags = "tagged-json";

    [Theory]
    [InlineData("", null, "Native")]
    [InlineData("Called", "native", null)]
    [InlineData("Called:tagged-json", Tags, null)]
    [InlineData("NotCalled", null, "Prompted")]
    [InlineData("Refused", null, "Prompted")]
    [InlineData("Unknown", null, null)]
    [InlineData("Refused Called:bare-json", "prompted", null)]
    [InlineData("NotCalled Called", "prompted", null)]
    [InlineData("NotCalled NotCalled", null, "Structured")]
    [InlineData("NotCalled Unknown", null, null)]
    [InlineData("NotCalled NotCalled Called:bare-json", "structured", null)]
    [InlineData("NotCalled NotCalled Unknown", null, null)]
    [InlineData("Refused NotCalled Refused", "none", null)]
    [InlineData("NotCalled NotCalled NotCalled", "none", null)]
    public void The_first_way_that_gives_a_call_is_taken(string trials, string? form, string? next)
    {
        var step = ConformanceDecision.Next([.. trials.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Read)]);

        Assert.Equal((form, next), (step.Form?.Value, step.Next?.ToString()));
    }

    private static Trial Read(string text) => text.Split(':') is [var result, var form]
        ? new Trial(Enum.Parse<TrialResult>(result), new ToolCallForm(form))
        : new Trial(Enum.Parse<TrialResult>(text));
}
