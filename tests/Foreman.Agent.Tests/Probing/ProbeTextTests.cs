using Foreman.Agent.Probing;
using Foreman.Api;

namespace Foreman.Agent.Tests.Probing;

public class ProbeTextTests
{
    private static readonly ProbeReport Report = new(
        "h",
        "linux",
        "amd64",
        1,
        new NodeCapability
        {
            ModelServers = [new() { Kind = ModelServerKind.VLlm, Url = "http://127.0.0.1:8000", Healthy = true }],
            Models =
            [
                new() { Name = "qwen3-8b", Id = "/models/qwen3-8b", Server = "http://127.0.0.1:8000", Loaded = true, ToolCalls = ToolCallForm.Prompted },
                new() { Name = "a\u202eb\u001b[2J", Server = "http://127.0.0.1:8000" },
            ],
        },
        ["a note\nof two lines"]);

    [Fact]
    [Trait("Kind", "7")]
    public void The_id_of_a_model_stands_beside_its_name() =>
        Assert.Contains("qwen3-8b (its id is /models/qwen3-8b), loaded", ProbeText.Of(Report, colours: false), StringComparison.Ordinal);

    [Fact]
    public void How_calls_of_tools_come_is_told_where_it_is_known() =>
        Assert.Equal(1, ProbeText.Of(Report, colours: false).Split(", tool calls: prompted").Length - 1);

    [Fact]
    [Trait("Kind", "2")]
    public void Nothing_in_the_text_steers_the_terminal() =>
        Assert.DoesNotContain(ProbeText.Of(Report, colours: false), c => c is '\u202e' or '\u001b');

    [Fact]
    [Trait("Kind", "12")]
    public void An_unknown_speed_is_not_told() => Assert.DoesNotContain("tokens/s", ProbeText.Of(Report, colours: false), StringComparison.Ordinal);

    [Theory]
    [InlineData("full", null, null, "sandbox       full\n")]
    [InlineData("reduced", "no namespaces", null, "sandbox       reduced: no namespaces\n")]
    [InlineData("none", "install bubblewrap", null, "sandbox       none, so no commands of models are run here: install bubblewrap\n")]
    [InlineData("none", "install bubblewrap", true, "sandbox       none, and commands of models run unconfined (--insecure-no-sandbox): install bubblewrap\n")]
    public void What_a_sandbox_means_for_tasks_is_told(string mode, string? reason, bool? unconfined, string line)
    {
        var report = Report with { Capability = new() { Sandbox = new() { Mode = new(mode), Reason = reason, Unconfined = unconfined } } };

        Assert.Contains(line, ProbeText.Of(report, colours: false), StringComparison.Ordinal);
    }
}
