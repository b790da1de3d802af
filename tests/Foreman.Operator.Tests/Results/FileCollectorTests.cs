using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Foreman.Api;
using Foreman.Operator.Results;

namespace Foreman.Operator.Tests.Results;

public class FileCollectorTests
{
    [Fact]
    public void Files_in_records_and_files_in_parts_are_picked_by_their_hash()
    {
        byte[] image = [0, 1, 2, 255];
        var large = new string('x', 3000) + "ü" + new string('y', 3000);
        var collector = Collector(Sha("text"u8), Sha(image), Sha(Encoding.UTF8.GetBytes(large)));

        Add(collector, Wrote(new FileEffect { Path = "a", ShaAfter = Sha("text"u8), Content = "text" }, new FileEffect { Path = "b", ShaAfter = Sha(image), Bytes = image }));
        Assert.False(collector.IsComplete);
        Add(collector, Part(large, 0, large[..3000]));
        Add(collector, Part(large, 3000, large[3000..]));

        Assert.True(collector.IsComplete);
        Assert.Equal(large, Encoding.UTF8.GetString(collector.Files[Sha(Encoding.UTF8.GetBytes(large))]));
        Assert.Equal(image, collector.Files[Sha(image)]);
    }

    [Fact]
    public void A_content_that_has_another_hash_than_it_says_is_none()
    {
        var collector = Collector(Sha("good"u8));

        Add(collector, Wrote(new FileEffect { Path = "a", ShaAfter = Sha("good"u8), Content = "evil" }));
        Add(collector, Part("good", 0, "evil"));

        Assert.Empty(collector.Files);
    }

    [Fact]
    public void Parts_that_do_not_follow_one_another_are_left_out_and_a_new_beginning_counts()
    {
        var collector = Collector(Sha("abcdef"u8));

        Add(collector, Part("abcdef", 0, "abc"));
        Add(collector, Part("abcdef", 5, "f"));
        Add(collector, Part("abcdef", -1, "x"));
        Assert.Empty(collector.Files);
        Add(collector, Part("abcdef", 0, "abcd"));
        Add(collector, Part("abcdef", 4, "ef"));

        Assert.True(collector.IsComplete);
    }

    [Fact]
    public void Lines_that_are_no_records_and_files_that_nobody_asked_for_are_left_out()
    {
        var collector = Collector(Sha("x"u8));

        collector.Add("""{"type":"result","effects":[null,{}]}"""u8);
        collector.Add("no json"u8);
        collector.Add("""{"type":"content"}"""u8);
        Add(collector, Wrote(new FileEffect { Path = "a", ShaAfter = Sha("y"u8), Content = "y" }));

        Assert.Empty(collector.Files);
    }

    private static FileCollector Collector(params string[] wanted) => new(wanted.ToHashSet());

    private static string Sha(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private static ToolReturned Wrote(params FileEffect[] effects) => new() { CallId = "c", Tool = "write_file", Effects = effects };

    private static ContentStored Part(string whole, long offset, string part) => new() { Sha256 = Sha(Encoding.UTF8.GetBytes(whole)), Offset = offset, Content = part };

    private static void Add(FileCollector collector, TranscriptRecord record)
    {
        var line = new ArrayBufferWriter<byte>();
        TranscriptLine.Write(record, line);
        collector.Add(line.WrittenSpan);
    }
}
