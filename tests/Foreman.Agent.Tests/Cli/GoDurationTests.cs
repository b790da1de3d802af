using Foreman.Agent.Cli;

namespace Foreman.Agent.Tests.Cli;

public class GoDurationTests
{
    [Theory]
    [InlineData("90s", 90)]
    [InlineData("2m", 120)]
    [InlineData("1h30m", 5400)]
    [InlineData("500ms", 0.5)]
    [InlineData("1.5h", 5400)]
    [InlineData("0", 0)]
    [InlineData("0s", 0)]
    public void Durations_are_written_as_in_Go(string text, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), GoDuration.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("90")]
    [InlineData("-5s")]
    [InlineData("5 s")]
    [InlineData("1d")]
    [InlineData("ten seconds")]
    [InlineData("999999999999h")]
    public void What_is_no_duration_is_refused(string text) => Assert.Null(GoDuration.Parse(text));
}
