using System.Text;
using Foreman.Operator.Backends;

namespace Foreman.Operator.Tests.Backends;

public sealed class JobLogsTests
{
    [Theory]
    [InlineData("", 8, "", true)]
    [InlineData("abc", 8, "abc", true)]
    [InlineData("abcdefgh", 8, "abcdefgh", true)]
    [InlineData("abcdefghi", 8, "bcdefghi", false)]
    [InlineData("0123456789abcdefghijklmnopqrstuv", 8, "opqrstuv", false)]
    [InlineData("0123456789abcdefghijklmnopqrs", 8, "lmnopqrs", false)]
    public async Task O27_Of_a_long_log_the_end_is_kept(string log, int most, string kept, bool isWhole)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(log));

        Assert.Equal((kept, isWhole), await JobLogs.TailAsync(stream, most, CancellationToken.None));
    }
}
