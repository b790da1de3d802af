using Foreman.Agent.Hosting;
using Foreman.Testing;
using Microsoft.Extensions.Logging;

namespace Foreman.Agent.Tests.Hosting;

public class ConsoleLoggerTests
{
    [Fact]
    public void A_record_is_one_line_and_control_characters_are_escaped()
    {
        using var writer = new StringWriter();
        var logger = new ConsoleLogger(writer, new ManualTimeProvider(new DateTimeOffset(2031, 3, 14, 1, 59, 26, TimeSpan.Zero)), LogLevel.Information);

        logger.LogWarning("{Said}", "one\r\n2031-03-14T01:59:26Z info  forged \u001b[31mred");

        Assert.Equal("2031-03-14T01:59:26.000Z warn  one\\r\\n2031-03-14T01:59:26Z info  forged \\u001b[31mred" + writer.NewLine, writer.ToString());
    }

    [Fact]
    public void Details_are_left_out_unless_asked_for()
    {
        using var writer = new StringWriter();

        new ConsoleLogger(writer, TimeProvider.System, LogLevel.Information).LogDebug("detail");

        Assert.Empty(writer.ToString());
    }
}
