using Foreman.AgentLoop.Loop.Modes;
using Foreman.Api;

namespace Foreman.AgentLoop.Tests.Loop.Modes;

public sealed class RequestModesTests
{
    [Theory]
    [InlineData(null, null)]
    [InlineData("native", null)]
    [InlineData("tagged-json", null)]
    [InlineData("none", null)]
    [InlineData("of-a-newer-release", null)]
    [InlineData("prompted", "prompted")]
    [InlineData("structured", "structured")]
    public void The_mode_follows_from_what_was_found_of_the_model(string? form, string? mode) =>
        Assert.Equal(mode, RequestModes.Of(new PromisedModel { Name = "m", ToolCalls = form is null ? null : new(form) }, null).Name());

    [Theory]
    [InlineData("m", null, "prompted")]
    [InlineData("m", "structured", "structured")]
    [InlineData("other", null, null)]
    public void An_attempt_that_goes_on_keeps_the_mode_of_the_same_model_unless_more_is_known_now(string name, string? form, string? mode)
    {
        var earlier = new RunStarted { Model = new PromisedModel { Name = "m" }, RequestMode = "prompted" };

        Assert.Equal(mode, RequestModes.Of(new PromisedModel { Name = name, ToolCalls = form is null ? null : new(form) }, earlier).Name());
    }

    [Fact]
    public void Without_a_promise_tools_are_offered_the_servers_own_way() => Assert.Equal(RequestMode.Native, RequestModes.Of(null, null));
}
