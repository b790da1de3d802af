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

    [Fact]
    public void An_agent_that_runs_the_gate_needs_no_prompt_and_does_nothing_else()
    {
        var gate = Given.Agent("x", s => s with { Role = AgentRole.Verifier, SystemPrompt = null, Tools = ["run_gate_job", "submit_result"] });
        var verify = Given.Task("t").With(s => s with { Kind = TaskKind.Verify, Payload = new TaskPayload { Repo = "o/r", Branch = "b" } });
        var other = Given.Task("t").With(s => s with { Payload = new TaskPayload { Prompt = "p" } });

        Assert.Equal(Reasons.ConfigComplete, AgentValidation.Validate(gate, new()).Reason);
        Assert.Empty(FeatureRegistry.InTask(verify, gate, new()));
        Assert.Equal("spec.agentRef", Assert.Single(FeatureRegistry.InTask(other, gate, new())).Path);
        Assert.Equal(Reasons.Unsupported, Validate(s => s with { SystemPrompt = "You work.", Tools = ["run_gate_job", "submit_result"] }).Reason);
    }

    [Fact]
    public void All_unsupported_fields_are_named()
    {
        var (reason, message) = Validate(s => s with { Execution = new() { Image = "i" }, MaxEnvtestIterations = 2 });

        Assert.Equal(Reasons.Unsupported, reason);
        Assert.Equal(
            "Agent \"x\": spec.execution.image: Jobs are not part of this release; leave it out. "
            + "spec.maxEnvtestIterations: gates in Jobs are not part of this release; leave it out.",
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
