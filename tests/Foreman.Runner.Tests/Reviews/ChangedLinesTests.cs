using System.Globalization;
using System.Text.RegularExpressions;
using Foreman.Runner.Reviews;
using Foreman.Testing;

namespace Foreman.Runner.Tests.Reviews;

public sealed partial class ChangedLinesTests
{
    [Fact]
    public void New_and_changed_lines_are_touched_and_those_around_are_not() =>
        Assert.Equal([2, 3], Lines("@@ -1,4 +1,5 @@ f()\n a\n-b\n+B\n+C\n d\n e\n"));

    [Fact]
    public void Beside_lines_that_are_gone_both_neighbours_are_touched() =>
        Assert.Equal([1, 2], Lines("@@ -1,3 +1,2 @@\n a\n-b\n c\n"));

    [Fact]
    public void At_the_beginning_and_the_end_of_a_file_there_is_one_neighbour()
    {
        Assert.Equal([1], Lines("@@ -1,2 +1 @@\n-a\n b\n"));
        Assert.Equal([1, 2], Lines("@@ -1,2 +1 @@\n a\n-b\n\\ No newline at end of file\n"));
    }

    [Fact]
    public void Of_a_file_that_is_new_or_gone_every_line_is_touched()
    {
        Assert.Equal([1, 2], Lines("new file mode 100644\n--- /dev/null\n+++ b/x\n@@ -0,0 +1,2 @@\n+a\n+b\n"));
        Assert.Equal([1, 2, 3], Lines("deleted file mode 100644\n--- a/x\n+++ /dev/null\n@@ -1,3 +0,0 @@\n-a\n-b\n-c\n"));
    }

    [Fact]
    public void Lines_of_a_file_that_look_like_a_diff_are_only_lines() =>
        Assert.Equal([2], Lines("@@ -1,2 +1,3 @@\n a\n+@@ -90,9 +90,9 @@\n c\n"));

    [Theory]
    [InlineData("")]
    [InlineData("Binary files a/x and b/x differ\n")]
    [InlineData("old mode 100644\nnew mode 100755\n")]
    [InlineData("@@ -1,2 +1,2 @@")]
    [InlineData("@@ -99999999999999999999,1 +1 @@\n+a\n")]
    public void A_diff_without_lines_touches_none(string diff) => Assert.Empty(Lines(diff));

    [Fact]
    public async Task What_git_says_of_any_change_is_read_the_same_with_and_without_context()
    {
        using var folder = new TempFolder();
        for (var seed = 1; seed <= 25; seed++)
        {
            var random = new Random(seed);
            var old = Enumerable.Range(0, random.Next(0, 30)).Select(i => i.ToString(CultureInfo.InvariantCulture)).ToList();
            var changed = old.SelectMany(l => random.Next(6) switch { 0 => Array.Empty<string>(), 1 => [l + "!"], 2 => [l, "@@ -1 +1 @@", "+", "-"], _ => [l] }).Append("end").ToList();
            _ = folder.Write("old", string.Concat(old.Select(l => l + "\n")));
            _ = folder.Write("new", string.Join('\n', changed));

            Assert.Equal(Expected(await DiffAsync(folder, 0)), Lines(await DiffAsync(folder, 3)));
        }
    }

    private static IEnumerable<long> Lines(string diff) => ChangedLines.Of(diff).Order();

    private static async Task<string> DiffAsync(TempFolder folder, int context) => (await CommandRun.RunAsync(new ProcessRequest
    {
        Program = "git",
        Arguments = ["diff", "--no-index", FormattableString.Invariant($"-U{context}"), "--", folder["old"], folder["new"]],
    })).Output;

    // Without context, the headers alone tell the lines.
    private static IEnumerable<long> Expected(string diff) => Header().Matches(diff).SelectMany(m =>
    {
        var first = long.Parse(m.Groups["first"].Value, CultureInfo.InvariantCulture);
        var count = m.Groups["count"] is { Success: true } c ? long.Parse(c.Value, CultureInfo.InvariantCulture) : 1;
        return count > 0 ? Range(first, count) : first == 0 ? [1] : Range(first, 2);
    }).Distinct().Order();

    private static IEnumerable<long> Range(long first, long count) => Enumerable.Range((int)first, (int)count).Select(n => (long)n);

    [GeneratedRegex(@"^@@ -\d+(,\d+)? \+(?<first>\d+)(,(?<count>\d+))? @@", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Header();
}
