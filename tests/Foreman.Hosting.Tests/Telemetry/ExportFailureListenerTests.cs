namespace Foreman.Hosting.Tests.Telemetry;

public class ExportFailureListenerTests
{
    [Theory]
    [InlineData("Sent to {0}: {1}", "Sent to here: broken")]
    [InlineData(null, "here, broken")]
    [InlineData("Sent to {9}", "Sent to {9} (here, broken)")]
    public void Values_are_put_into_the_message_without_stack_traces(string? message, string expected) =>
        Assert.Equal(expected, ExportFailureListener.Describe(message, ["here", "broken\n   at Some.Where()"]));

    [Fact]
    public void A_message_without_values_is_kept() => Assert.Equal("Broken", ExportFailureListener.Describe("Broken", null));
}
