using System.Text;
using Foreman.Testing.Kubelet;

namespace Foreman.Testing.Tests.Kubelet;

[Trait("Kind", "15")]
public sealed class LogRecordTests
{
    private const string Stamp = "2026-02-03T04:05:06.123456700Z";

    [Fact]
    public void A_record_is_read_as_it_was_written()
    {
        var record = LogRecord.Parse(Encoding.UTF8.GetBytes($"{Stamp} stdout F some text"));

        Assert.True(record.IsWhole);
        Assert.Equal(new DateTimeOffset(2026, 2, 3, 4, 5, 6, TimeSpan.Zero).AddTicks(1_234_567), record.Time);
        Assert.Equal("some text\n", Encoding.UTF8.GetString(record.Rendered(withTime: false)));
        Assert.Equal($"{Stamp} some text\n", Encoding.UTF8.GetString(record.Rendered(withTime: true)));
    }

    [Theory]
    [InlineData(0, "")]
    [InlineData(1, "d")]
    [InlineData(2, "bcd")]
    [InlineData(3, "abcd")]
    [InlineData(9, "abcd")]
    public void Lines_from_the_end_count_parts_as_one_line(long lines, string expected)
    {
        LogRecord[] records = [Record("a", true), Record("b", false), Record("c", true), Record("d", false)];

        var found = new LogQuery { TailLines = lines }.Of(records);

        Assert.Equal(expected, string.Concat(found.Select(r => Encoding.UTF8.GetString(r.Text))));
    }

    [Fact]
    public void A_query_is_read_with_its_kinds()
    {
        var now = new DateTimeOffset(2026, 1, 1, 0, 1, 0, TimeSpan.Zero);
        var values = new Dictionary<string, string> { ["follow"] = "true", ["tailLines"] = "3", ["sinceSeconds"] = "60" };

        var query = LogQuery.Parse(name => values.GetValueOrDefault(name), now);

        Assert.Equal((true, false, 3L, (long?)null), (query.Follow, query.Previous, query.TailLines!.Value, query.LimitBytes));
        Assert.Equal(now.AddMinutes(-1), query.Since);
        Assert.Throws<FormatException>(() => LogQuery.Parse(_ => "many", now));
    }

    private static LogRecord Record(string text, bool isWhole) => new(Stamp, isWhole, Encoding.UTF8.GetBytes(text));
}
