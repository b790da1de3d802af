using Foreman.AgentLoop.Transcripts;
using Foreman.Api;
using Foreman.Testing;

namespace Foreman.AgentLoop.Tests.Transcripts;

public sealed class JsonLinesTranscriptTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Records_are_read_back_as_they_were_written()
    {
        await WriteAsync(new RunStarted { TaskUid = "u", Attempt = 3 }, new ToolReturned { CallId = "000000001", Content = "line\nline", Failed = true });

        var records = await ReadAsync();

        Assert.Equal(("u", 3L), (((RunStarted)records[0]).TaskUid, ((RunStarted)records[0]).Attempt));
        Assert.Equal(("line\nline", true), (((ToolReturned)records[1]).Content, ((ToolReturned)records[1]).Failed));
    }

    [Fact]
    public async Task A_torn_last_line_is_passed_over_and_cut_off_by_the_next_writer()
    {
        await WriteAsync(new MessageSent { Role = "user", Content = "one" });
        await File.AppendAllTextAsync(Path, """{"type":"message","content":"tw""");

        Assert.Single(await ReadAsync());
        await WriteAsync(new MessageSent { Role = "user", Content = "three" });

        Assert.Equal(["one", "three"], (await ReadAsync()).Cast<MessageSent>().Select(m => m.Content));
    }

    [Fact]
    public async Task A_damaged_line_in_the_middle_is_named()
    {
        await WriteAsync(new MessageSent { Content = "one" });
        await File.AppendAllTextAsync(Path, "garbage\n");
        await WriteAsync(new MessageSent { Content = "two" });

        var e = await Assert.ThrowsAsync<TranscriptException>(ReadAsync);

        Assert.Contains("line 2", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_record_of_a_newer_release_does_not_stop_the_reading()
    {
        await WriteAsync(new MessageSent { Content = "one" });
        await File.AppendAllTextAsync(Path, """{"type":"weather","turn":4,"sun":true}""" + "\n");

        Assert.Equal(4, (await ReadAsync())[1].Turn);
    }

    [Fact]
    public async Task Only_the_owner_may_read_it()
    {
        await WriteAsync(new MessageSent { Content = "one" });

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path));
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_named()
    {
        _folder.Write("file", "");

        Assert.Contains("file/t.jsonl", Assert.Throws<TranscriptException>(() => JsonLinesTranscript.Open(_folder["file/t.jsonl"])).Message, StringComparison.Ordinal);
    }

    private string Path => _folder["runs/t.jsonl"];

    private Task<IReadOnlyList<TranscriptRecord>> ReadAsync() => JsonLinesTranscript.ReadAsync(Path, CancellationToken.None);

    private async Task WriteAsync(params TranscriptRecord[] records)
    {
        await using var transcript = JsonLinesTranscript.Open(Path);
        foreach (var record in records)
        {
            await transcript.AppendAsync(record, CancellationToken.None);
        }

        await transcript.FlushAsync(CancellationToken.None);
    }
}
