using Foreman.Api;
using Foreman.Operator.Controllers;

namespace Foreman.Operator.Tests.Controllers;

public class AgentControllerTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    private static readonly Agent Good = new()
    {
        Metadata = new() { Name = "x", NamespaceProperty = "team", Uid = "u", Generation = 3 },
        Spec = new() { Role = AgentRole.Coder, SystemPrompt = "You work.", Tools = ["submit_result"] },
    };

    private static readonly Agent Bad = Good with { Spec = Good.Spec with { SystemPrompt = "" } };

    [Fact]
    public void A_good_agent_is_valid_as_of_its_generation_and_needs_no_event()
    {
        var report = Decide(Good)!;

        Assert.Equal(("Validated", "True", "ConfigComplete"), Condition(report));
        Assert.Equal(3, (long?)report.Status["observedGeneration"]);
        Assert.Null(report.Warning);
    }

    [Fact]
    public void A_bad_agent_says_why_with_one_warning_per_reason()
    {
        var report = Decide(Bad)!;

        Assert.Equal(("Validated", "False", Reasons.NoSystemPrompt), Condition(report));
        Assert.Equal(Reasons.NoSystemPrompt, report.Warning?.Reason);
        var later = Decide(Bad with { Metadata = Bad.Metadata with { Generation = 4 }, Status = Written(Bad) })!;
        Assert.Equal(4, (long?)later.Status["observedGeneration"]);
        Assert.Null(later.Warning);
    }

    [Fact]
    public void What_is_written_already_is_not_written_again()
    {
        Assert.Null(Decide(Good with { Status = Written(Good) }));
        Assert.NotNull(Decide(Good with { Status = Written(Good) with { ObservedGeneration = 2 } }));
    }

    [Fact]
    public void All_unsupported_fields_are_named()
    {
        var report = Decide(Good with { Spec = Good.Spec with { MaxEnvtestIterations = 2, Execution = new() { Image = "i" } } })!;

        Assert.Contains("spec.execution.image: ", report.Warning?.Message, StringComparison.Ordinal);
        Assert.Contains("spec.maxEnvtestIterations: ", report.Warning?.Message, StringComparison.Ordinal);
    }

    private static StatusReport? Decide(Agent agent) => AgentController.Decide(agent, new(), Now);

    private static AgentStatus Written(Agent agent) =>
        System.Text.Json.JsonSerializer.Deserialize(Decide(agent)!.Status, ApiJson.Default.AgentStatus)!;

    private static (string?, string?, string?) Condition(StatusReport report)
    {
        var condition = Assert.Single(report.Status["conditions"]!.AsArray())!;
        return ((string?)condition["type"], (string?)condition["status"], (string?)condition["reason"]);
    }
}
