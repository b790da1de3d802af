using System.Text;

namespace Foreman.Jobs.Tests.Logs;

public sealed class LogDigestTests
{
    [Fact]
    public void O27_Short_logs_are_whole() => Assert.Equal(
        "==> setup <==\none\n==> task <==\ntwo\n",
        LogDigest.Of([new("setup", "one\n", IsWhole: true), new("task", "two", IsWhole: true)]));

    [Fact]
    public void O27_Of_a_long_log_the_last_lines_are_kept()
    {
        var lines = Enumerable.Range(0, 100_000).Select(n => $"line {n:D6} of the task\n");
        var digest = LogDigest.Of([new("setup", "ready\n", IsWhole: true), new("task", string.Concat(lines), IsWhole: false)]);
        Assert.InRange(Encoding.UTF8.GetByteCount(digest), LogDigest.MostBytes * 9 / 10, LogDigest.MostBytes);
        Assert.StartsWith("==> setup <==\nready\n==> task <==\n… what came before is left out\nline ", digest, StringComparison.Ordinal);
        Assert.EndsWith("line 099999 of the task\n", digest, StringComparison.Ordinal);
    }

    [Fact]
    public void O27_Each_container_has_its_part()
    {
        var digest = LogDigest.Of([.. Enumerable.Range(0, 4).Select(n => new ContainerLog($"c{n}", new string('x', 200_000) + $"\nend of c{n}\n", IsWhole: true))]);
        Assert.InRange(Encoding.UTF8.GetByteCount(digest), 1, LogDigest.MostBytes);
        Assert.All(Enumerable.Range(0, 4), n => Assert.Contains($"\nend of c{n}\n", digest, StringComparison.Ordinal));
    }

    [Fact]
    public void Many_containers_stay_within_the_bound()
    {
        var digest = LogDigest.Of([.. Enumerable.Range(0, 100).Select(n => new ContainerLog($"c{n}", new string('ä', 10_000), IsWhole: true))]);
        Assert.InRange(Encoding.UTF8.GetByteCount(digest), 1, LogDigest.MostBytes);
        Assert.EndsWith("… and 60 more containers\n", digest, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a\nbb\nccc\n", 9, "a\nbb\nccc\n")]
    [InlineData("a\nbb\nccc\n", 8, "bb\nccc\n")]
    [InlineData("a\nbb\nccc\n", 7, "bb\nccc\n")]
    [InlineData("a\nbb\nccc\n", 6, "ccc\n")]
    [InlineData("abcdef\n", 4, "def\n")]
    [InlineData("abcdef", 3, "def")]
    [InlineData("xä", 2, "ä")]
    [InlineData("xä", 1, "")]
    [InlineData("x\ud83d\ude00", 4, "\ud83d\ude00")]
    [InlineData("x\ud83d\ude00", 3, "")]
    [InlineData("abc", 0, "")]
    [InlineData("", 5, "")]
    public void The_tail_is_whole_lines_or_the_end_of_one(string text, int bytes, string tail) => Assert.Equal(tail, LogDigest.Tail(text, bytes));
}
