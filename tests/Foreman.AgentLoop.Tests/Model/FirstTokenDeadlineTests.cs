using Foreman.AgentLoop.Model;

namespace Foreman.AgentLoop.Tests.Model;

public sealed class FirstTokenDeadlineTests
{
    [Theory]
    [InlineData(150_000, 0, 120)]
    [InlineData(3_000, 1_000, 120)]
    [InlineData(150_000, 294, 680)]
    [InlineData(150_000, 0.001, 7200)]
    public void A_long_prompt_gets_what_it_needs_at_the_measured_speed(long bytes, double speed, int seconds) =>
        Assert.Equal(seconds, (int)FirstTokenDeadline.Of(TimeSpan.FromSeconds(120), bytes, speed).TotalSeconds);
}
