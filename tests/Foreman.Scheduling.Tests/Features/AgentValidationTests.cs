using Foreman.Api;

namespace Foreman.Scheduling.Tests.Features;

public class AgentValidationTests
{
    [Theory]
    [InlineData("", "NoSystemPrompt")]
    [InlineData("You work.", "ConfigComplete")]
    public void An_agent_needs_a_system_prompt(string prompt, string reason)
    {
        Assert.Equal(reason, Validate(s => s with { SystemPrompt = prompt }).Reason);
    }

    [Fact]
    public void A_reviewer_needs_the_tools_of_its_role()
    {
        Assert.Equal(Reasons.MissingRoleTools, Validate(s => s with { Role = AgentRole.Reviewer }).Reason);
    }

    [Theory]
    [InlineData("run_gate_job", "verify")]
    [InlineData("run_integrate", "integrate")]
    [InlineData("run_reconcile", "reconcile")]
    public void An_agent_without_a_model_needs_no_prompt_and_does_tasks_of_one_kind(string tool, string kind)
    {
        var agent = Given.Agent("x", s => s with { Role = AgentRole.Verifier, SystemPrompt = null, Tools = ["submit_result", tool] });
        var slices = new TaskPayload { Repo = "o/r", Branch = "b", Slices = [new TaskSlice { Name = "s", Branch = "a" }], Contract = "c" };

        Assert.Equal(Reasons.ConfigComplete, AgentValidation.Validate(agent, new()).Reason);
        foreach (var other in TaskKind.Known)
        {
            var task = Given.Task("t").With(s => s with { Kind = other, Payload = slices with { Prompt = "p" } });
            var refused = FeatureRegistry.InTask(task, agent, new()).Where(f => f.Path == "spec.agentRef");
            string[] expected = other.Value == kind ? [] : [$"Agent \"x\" has no model and does tasks of kind {kind} only, by its tool {tool}; name another, or use that kind"];
            Assert.Equal(expected, refused.Select(f => f.Why));
        }

        Assert.Equal(Reasons.Unsupported, Validate(s => s with { SystemPrompt = "You work.", Tools = [tool, "submit_result"] }).Reason);
        Assert.Contains("spec.tools[1]", Validate(s => s with { SystemPrompt = null, Tools = [tool, tool == "run_integrate" ? "run_gate_job" : "run_integrate"] }).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_Agent_that_asks_for_no_gate_with_an_API_server_gets_none() =>
        Assert.NotEqual(Reasons.Unsupported, Validate(s => s with { MaxEnvtestIterations = 0 }).Reason);

    [Fact]
    public void All_unsupported_fields_are_named()
    {
        var (reason, message) = Validate(s => s with { Execution = new() { Image = "i" }, MaxEnvtestIterations = 2, MaxScanIterations = 3 });

        Assert.Equal(Reasons.Unsupported, reason);
        Assert.Equal(
            "Agent \"x\": spec.execution.image: it goes with execution.mode Job; set that, or leave it out. "
            + "spec.maxEnvtestIterations: gates in Jobs are not part of this release; leave it out. "
            + "spec.maxScanIterations: scans of images are not part of this release; leave it out, and let the forge's checks scan.",
            message);
    }

    [Fact]
    public void A_cloud_provider_that_is_not_allowed_is_the_only_thing_said_of_it()
    {
        var cloud = Given.Agent("x", s => s with { Provider = AgentProvider.CloudProxy });

        var (_, message) = AgentValidation.Validate(cloud, new() { AllowCloudProviders = false });

        Assert.Equal(
            "Agent \"x\": spec.provider \"cloud-proxy\": the operator runs with --allow-cloud-providers=false; use a local model.", message);
    }

    [Fact]
    public void A_cloud_provider_may_have_a_key()
    {
        var config = new ProviderConfig { BaseURL = "https://models.example", Model = "m", ApiKeySecretRef = new() { Name = "keys", Key = "token" } };

        Assert.Equal(Reasons.ConfigComplete, Validate(s => s with { SystemPrompt = "You work.", Provider = AgentProvider.CloudProxy, ProviderConfig = config }).Reason);
        Assert.Contains(
            "spec.providerConfig.apiKeySecretRef: it names no Secret and key",
            Validate(s => s with { Provider = AgentProvider.CloudProxy, ProviderConfig = config with { ApiKeySecretRef = new() } }).Message,
            StringComparison.Ordinal);
    }

    private static (string Reason, string Message) Validate(Func<AgentSpec, AgentSpec> change) =>
        AgentValidation.Validate(Given.Agent("x", change), new());
}
