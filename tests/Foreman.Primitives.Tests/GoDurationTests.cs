namespace Foreman.Primitives.Tests;

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
    [InlineData("1.5s", 1.5)]
    [InlineData("250ms", 0.25)]
    [InlineData("250us", 0.00025)]
    [InlineData("250\u00b5s", 0.00025)]
    [InlineData("250\u03bcs", 0.00025)]
    [InlineData("500000ns", 0.0005)]
    [InlineData("1h2m3s4ms5us", 3723.004005)]
    [InlineData("8784h", 31622400)]
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
    [InlineData("99999999999999999h")]
    [InlineData("8785h")]
    [InlineData("s")]
    [InlineData("10")]
    [InlineData("1h\n")]
    [InlineData("\u0661s")]
    [InlineData("1s1s1s1s1s1s1s1s1s1s1s1s1s1s1s1s1s")]
    public void What_is_no_duration_is_refused(string text) => Assert.Null(GoDuration.Parse(text));
}
