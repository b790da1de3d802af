using System.Text;
using Foreman.Testing;

namespace Foreman.Primitives.Tests;

public class BoundedTextTests
{
    [Theory]
    [InlineData("", 3, "", false)]
    [InlineData("abc", 3, "abc", false)]
    [InlineData("abcd", 3, "abc", true)]
    [InlineData("ab漢", 3, "ab", true)]
    [InlineData("ab漢", 5, "ab漢", false)]
    public async Task Text_is_kept_up_to_the_bound_and_no_character_is_cut(string text, int bound, string expected, bool truncated)
    {
        using var folder = new TempFolder();
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));

        Assert.Equal(new BoundedText(expected, truncated), await BoundedText.ReadToEndAsync(stream, bound, TestContext.Current.CancellationToken));
        Assert.Equal(new BoundedText(expected, truncated), BoundedText.ReadFile(folder.Write("file", text), bound));
    }

    [Fact]
    public async Task A_long_stream_is_read_to_its_end()
    {
        using var stream = new MemoryStream(new byte[1_000_000]);

        var read = await BoundedText.ReadToEndAsync(stream, 100_000, TestContext.Current.CancellationToken);

        Assert.Equal((100_000, true, stream.Length), (read.Text.Length, read.Truncated, stream.Position));
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_replaced()
    {
        using var stream = new MemoryStream([(byte)'a', 0xff, (byte)'b']);

        Assert.Equal(new BoundedText("a\ufffdb", Truncated: false), await BoundedText.ReadToEndAsync(stream, 10, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Files_of_the_kernel_that_tell_no_size_are_read()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/proc is a file system of Linux.");

        Assert.Contains("MemTotal", BoundedText.ReadFile("/proc/meminfo", 64 * 1024)!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_absent_or_a_folder_is_null()
    {
        using var folder = new TempFolder();

        Assert.Null(BoundedText.ReadFile(folder["none"], 10));
        Assert.Null(BoundedText.ReadFile(folder.Path, 10));
    }
}
