using Foreman.Testing;
using Microsoft.Extensions.Logging;

namespace Foreman.Hosting.Tests.Logging;

public class LineLoggerProviderTests
{
    [Fact]
    public void A_record_is_one_line_and_control_characters_are_escaped()
    {
        using var writer = new StringWriter();
        using var provider = new LineLoggerProvider(writer, LogLevel.Information, Clock());

        provider.CreateLogger("").LogWarning("{Said}", "one\r\n2031-03-14T01:59:26Z info  forged \u001b[31mred");

        Assert.Equal("2031-03-14T01:59:26.000Z warn  one\\r\\n2031-03-14T01:59:26Z info  forged \\u001b[31mred" + writer.NewLine, writer.ToString());
    }

    [Fact]
    public void Details_are_left_out_unless_asked_for()
    {
        using var writer = new StringWriter();

        using var provider = new LineLoggerProvider(writer, LogLevel.Information, Clock());

        provider.CreateLogger("").LogDebug("detail");

        Assert.Empty(writer.ToString());
    }

    [Fact]
    public void The_category_and_an_exception_are_on_the_same_line()
    {
        using var writer = new StringWriter();
        using var provider = new LineLoggerProvider(writer, LogLevel.Debug, Clock());

        provider.CreateLogger("Foreman.Operator").LogError(new InvalidOperationException("no\nway"), "It broke off");

        Assert.Equal("2031-03-14T01:59:26.000Z error Operator: It broke off: InvalidOperationException: no\\nway" + writer.NewLine, writer.ToString());
    }

    private static ManualTimeProvider Clock() => new(new DateTimeOffset(2031, 3, 14, 1, 59, 26, TimeSpan.Zero));
}
