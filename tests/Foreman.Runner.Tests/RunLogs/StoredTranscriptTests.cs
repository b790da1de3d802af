using System.Buffers;
using System.Text;
using Foreman.AgentLoop.Transcripts;
using Foreman.Api;
using Foreman.Runner.RunLogs;

namespace Foreman.Runner.Tests.RunLogs;

public sealed class StoredTranscriptTests
{
    [Fact]
    public void Large_texts_are_put_back_and_large_files_can_be_read()
    {
        var bytes = new byte[200_000];
        new Random(1).NextBytes(bytes);
        var said = new string('ü', 50_000);

        var stored = StoredTranscript.Read(Text(
            new MessageSent { Role = "user", Content = said },
            new ToolReturned { CallId = "1", Effects = [new FileEffect { Path = "a", ShaAfter = "x", Bytes = bytes }] }));

        Assert.Equal(said, Assert.IsType<MessageSent>(stored.Records[0]).Content);
        Assert.Equal(bytes, stored.Content(Assert.IsType<ToolReturned>(stored.Records[1]).Effects![0].ContentRef!));
    }

    [Fact]
    public void What_stands_behind_a_damaged_or_torn_line_is_left_out()
    {
        var good = Text(new MessageSent { Content = "a" });

        Assert.Single(StoredTranscript.Read([.. good, .. "{\"type\":"u8]).Records);
        Assert.Single(StoredTranscript.Read([.. good, .. "nonsense\n"u8, .. good]).Records);
        Assert.Empty(StoredTranscript.Read([]).Records);
    }

    [Fact]
    public void A_content_with_a_part_missing_is_not_used_nor_what_follows()
    {
        var lines = Encoding.UTF8.GetString(Text(new MessageSent { Content = new string('a', 150_000) })).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.True(lines.Length > 3);
        Assert.Empty(StoredTranscript.Read(Encoding.UTF8.GetBytes(string.Join('\n', lines.Where((_, i) => i != 1)) + "\n")).Records);
        Assert.Empty(StoredTranscript.Read(Encoding.UTF8.GetBytes(string.Join('\n', lines[1..]) + "\n")).Records);
    }

    [Fact]
    public void A_content_that_is_another_one_is_refused()
    {
        var stored = StoredTranscript.Read(Text(new MessageSent { Content = new string('a', 20_000) }));

        Assert.Throws<TranscriptException>(() => stored.Content(new ContentRef(new string('0', 64), 20_000)));
    }

    private static byte[] Text(params TranscriptRecord[] records)
    {
        var buffer = new ArrayBufferWriter<byte>();
        foreach (var record in records)
        {
            var slim = LargeContent.Split(record, out var contents);
            foreach (var part in contents.SelectMany(ContentParts.Of))
            {
                TranscriptLine.Write(part, buffer);
            }

            TranscriptLine.Write(slim, buffer);
        }

        return buffer.WrittenSpan.ToArray();
    }
}
